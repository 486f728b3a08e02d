/** When the same request is sent again: never after the server may have charged for it, never longer than there is time. */
import type { ModelFailureKind } from "../../core/exchange.ts";
import type { Attempt } from "./attempt.ts";

export interface RetrySettings {
  /** HTTP requests for one call at most. */
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

export const DEFAULT_RETRIES: RetrySettings = { attempts: 4, firstDelayMs: 1_000, longestDelayMs: 30_000 };

const AGAIN: ReadonlySet<ModelFailureKind> = new Set(["unreachable", "rate-limited", "server-error"]);

/** Milliseconds to wait before request number `sent` + 1, or undefined when there is to be none. `uniform`: in [0, 1). */
export function retryDelay(
  { reply, restMs = 0, isCharged }: Attempt,
  { sent, settings, uniform, leftMs }: { sent: number; settings: RetrySettings; uniform: number; leftMs: number },
): number | undefined {
  const failed = reply.failure;
  if (failed === null || !failed.isPassing || !AGAIN.has(failed.kind) || isCharged) return undefined;
  if (sent >= settings.attempts) return undefined;
  const backoff = Math.min(settings.longestDelayMs, settings.firstDelayMs * 2 ** (sent - 1)) * (0.5 + uniform / 2);
  const delay = Math.max(backoff, restMs);
  return delay < leftMs ? delay : undefined;
}
