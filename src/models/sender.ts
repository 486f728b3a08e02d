/**
 * Sends one request and sends it again while that can help: not after the server may have charged for it, not longer
 * than there is time. Waiting for a turn under a rate limit is not on the call's clock.
 */
import type { ModelFailure, ModelReply, ModelRequest } from "../core/exchange.ts";
import { createRandom, type Random } from "../core/random.ts";
import type { ModelChoice } from "../core/task.ts";
import { attempt } from "./attempt.ts";
import type { Clock } from "./clock.ts";
import { aborted, failedReply, failure, inWords } from "./failures.ts";
import { pace, unpaced } from "./limiters.ts";
import type { Endpoint } from "./providers.ts";
import { DEFAULT_RETRIES, retryDelay, type RetrySettings } from "./retry.ts";

const TIMEOUT_SECONDS = 300;
const IDLE_MS = 120_000;

export interface SenderOptions {
  readonly choice: ModelChoice;
  readonly clock: Clock;
  /** Jitter of the waits between requests. */
  readonly random?: Random | undefined;
  readonly retries?: RetrySettings | undefined;
  readonly idleMs?: number | undefined;
}

/** Never rejects. */
export type Send = (request: ModelRequest, signal: AbortSignal) => Promise<ModelReply>;

export function createSender(endpoint: Endpoint, options: SenderOptions): Send {
  const { choice, clock, retries = DEFAULT_RETRIES, idleMs = IDLE_MS } = options;
  const { timeoutSeconds = TIMEOUT_SECONDS, requestsPerMinute } = choice;
  const random = options.random ?? createRandom(choice.model);
  const turns = requestsPerMinute === undefined ? unpaced : pace(requestsPerMinute, clock);
  let takesTemperature = true;
  /** When the server allows the next request, on the clock. */
  let restsUntil = -Infinity;

  return async (request, signal) => {
    const start = clock.now();
    let sent = 0;
    let limit: { readonly endsAt: number; readonly deadline: AbortSignal } | undefined;
    let reply: ModelReply = failedReply(aborted(endpoint.name));
    if (restsUntil - start > timeoutSeconds * 1000) return failedReply(resting(endpoint, restsUntil - start));
    try {
      if (restsUntil > start) await clock.sleep(restsUntil - start, signal);
      for (;;) {
        await turns.wait(signal);
        limit ??= {
          endsAt: clock.now() + timeoutSeconds * 1000,
          deadline: AbortSignal.timeout(Math.ceil(timeoutSeconds * 1000)),
        };
        const asked = takesTemperature ? request : { ...request, temperature: undefined };
        const tried = await attempt(asked, { endpoint, signal, deadline: limit.deadline, timeoutSeconds, idleMs });
        sent += 1;
        reply = { ...tried.reply, attempts: sent, wallSeconds: (clock.now() - start) / 1000 };
        if (asked.temperature !== undefined && objectsTo("temperature", reply.failure)) {
          takesTemperature = false;
          continue;
        }
        restsUntil = Math.max(restsUntil, clock.now() + (tried.restMs ?? -Infinity));
        const leftMs = limit.endsAt - clock.now();
        const delay = retryDelay(tried, { sent, settings: retries, uniform: random.next(), leftMs });
        if (delay === undefined) return reply;
        await clock.sleep(delay, signal);
      }
    } catch (thrown) {
      // Waiting ends early for one reason only.
      if (!signal.aborted) throw thrown;
      return { ...reply, failure: aborted(endpoint.name) };
    }
  };
}

const resting = ({ name }: Endpoint, ms: number): ModelFailure =>
  failure("rate-limited", `${name} asked not to be asked again for another ${inWords(ms)}`);

/** The provider rejected the request because of this parameter. */
export const objectsTo = (parameter: "n" | "temperature", failed: ModelFailure | null): boolean =>
  failed?.kind === "bad-response" &&
  !failed.isPassing &&
  (parameter === "n" ? /['"`]n['"`]/ : /\btemperature\b/).test(failed.message);
