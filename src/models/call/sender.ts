/**
 * Sends one request and sends it again while that can help: not after the server may have charged for it, not longer
 * than there is time. Waiting for a turn under a rate limit is not on the call's clock.
 */
import type { ModelFailure, ModelReply, ModelRequest } from "../../core/exchange.ts";
import { createRandom, type Random } from "../../core/numerics/random.ts";
import type { ModelChoice } from "../../core/task.ts";
import { attempt } from "./attempt.ts";
import { takesNoChat } from "./classify.ts";
import type { Clock } from "../clock.ts";
import { aborted, failedReply, failure, inWords } from "../failures.ts";
import { pace, unpaced } from "./limiters.ts";
import type { Endpoint, Protocol } from "../providers.ts";
import { DEFAULT_RETRIES, retryDelay, type RetrySettings } from "./retry.ts";

const TIMEOUT_SECONDS = 300;
/** Of hardware of the user's own, which may be slow and is paid for. */
const LOCAL_TIMEOUT_SECONDS = 900;
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
  const usual = endpoint.isLocal ? LOCAL_TIMEOUT_SECONDS : TIMEOUT_SECONDS;
  const { timeoutSeconds = usual, requestsPerMinute } = choice;
  const random = options.random ?? createRandom(choice.model);
  const turns = requestsPerMinute === undefined ? unpaced : pace(requestsPerMinute, clock);
  let manner: Manner = { protocol: endpoint.protocol, hasTemperature: true, isStreamed: true };
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
        const { deadline } = limit;
        const used = manner;
        const { protocol, hasTemperature, isStreamed } = used;
        const asked = hasTemperature ? request : { ...request, temperature: undefined };
        const limits = { signal, deadline, timeoutSeconds, idleMs };
        const tried = await attempt(asked, { endpoint: { ...endpoint, protocol }, isStreamed, ...limits });
        sent += 1;
        reply = { ...tried.reply, attempts: sent, wallSeconds: (clock.now() - start) / 1000 };
        const other = otherManner(used, request, reply.failure);
        if (other !== undefined) {
          manner = { ...manner, ...other };
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

/** How a model is asked: what it refuses is not tried on it again. */
interface Manner {
  readonly protocol: Protocol;
  readonly hasTemperature: boolean;
  readonly isStreamed: boolean;
}

/** What to change after a refusal; undefined when nothing that is left to change would help. */
function otherManner(used: Manner, request: ModelRequest, failed: ModelFailure | null): Partial<Manner> | undefined {
  if (used.hasTemperature && request.temperature !== undefined && objectsTo("temperature", failed))
    return { hasTemperature: false };
  // Also OpenAI's for organisations that it has not verified.
  if (used.isStreamed && objectsTo("stream", failed)) return { isStreamed: false };
  const isResponsesOnly = used.protocol === "openai" && failed !== null && takesNoChat(failed);
  return isResponsesOnly ? { protocol: "openai-responses" } : undefined;
}

const OBJECTIONS = {
  n: /['"`]n['"`]/,
  temperature: /\btemperature\b/,
  stream: /['"`]stream['"`]|\bto stream this model|\bsupport stream/i,
};

/** The provider rejected the request because of this parameter. */
export const objectsTo = (parameter: keyof typeof OBJECTIONS, failed: ModelFailure | null): boolean =>
  failed?.kind === "bad-response" && !failed.isPassing && OBJECTIONS[parameter].test(failed.message);
