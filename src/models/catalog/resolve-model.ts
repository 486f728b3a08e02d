/**
 * A provider's model behind strop's own interface: several answers per call, retries, time limits, and every failure as
 * data. Nothing is loaded or connected before the first question.
 */
import { addTokens, type ModelReply, type ModelRequest, NO_TOKENS } from "../../core/exchange.ts";
import { editDistance } from "../../core/nearest.ts";
import type { Random } from "../../core/numerics/random.ts";
import type { ModelChoice } from "../../core/task.ts";
import { type Clock, systemClock } from "../clock.ts";
import { listModels } from "./list-models.ts";
import { type ModelFacts, priceTable } from "./prices.ts";
import { type Endpoint, endpointOf, type Environment, takesChoices } from "../providers.ts";
import type { RetrySettings } from "../call/retry.ts";
import { createSender, objectsTo, type Send } from "../call/sender.ts";
import type { LanguageModel } from "../types.ts";

/** Of models that are paid for: bounds what is reserved. A local model may write until its time is over. */
const PAID_OUTPUT_TOKENS = 16_384;
const LISTED = 8;

export interface ResolveOptions {
  /** Prices and context sizes by name; default: the shipped table and the user's file. */
  readonly facts?: (name: string) => ModelFacts | undefined;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly retries?: RetrySettings;
  /** Milliseconds of silence after which an answer that had begun is given up. */
  readonly idleMs?: number;
}

/** Throws a `models.*` StropError for a name, an address or a key that cannot work. */
export function resolveModel(choice: ModelChoice, env: Environment, options: ResolveOptions = {}): LanguageModel {
  const endpoint = endpointOf(choice.model, env);
  const facts = (options.facts ?? priceTable(env))(choice.model);
  const price = choice.price ?? facts?.price ?? (endpoint.isLocal ? { input: 0, output: 0 } : undefined);
  const contextTokens = choice.contextTokens ?? facts?.contextTokens;
  const maxOutputTokens = choice.maxOutputTokens ?? (endpoint.isLocal ? undefined : PAID_OUTPUT_TOKENS);
  const clock = options.clock ?? systemClock;
  const caller = createCaller(endpoint, createSender(endpoint, { ...options, choice, clock }), clock);
  return {
    name: choice.model,
    contextTokens,
    price,
    maxOutputTokens,
    complete: (request, signal) =>
      caller(
        {
          ...request,
          temperature: request.temperature ?? choice.temperature,
          maxOutputTokens: request.maxOutputTokens ?? maxOutputTokens,
        },
        signal,
      ),
  };
}

/** Every sample of a request: in one call where the protocol and the server can, else in calls side by side. */
function createCaller(endpoint: Endpoint, send: Send, clock: Clock): LanguageModel["complete"] {
  let hasChoices = takesChoices(endpoint.protocol);

  const sendEach = async (request: ModelRequest, count: number, signal: AbortSignal): Promise<ModelReply[]> =>
    Promise.all(Array.from({ length: count }, () => send({ ...request, samples: 1 }, signal)));

  async function sendAll(request: ModelRequest, signal: AbortSignal): Promise<ModelReply[]> {
    if (!hasChoices || request.samples === 1) return sendEach(request, request.samples, signal);
    const together = await send(request, signal);
    if (together.failure !== null && !objectsTo("n", together.failure)) return [together];
    const missing = request.samples - together.answers.length;
    // A server that knows no choices answers with one; from now on it is asked once per sample.
    if (missing > 0) hasChoices = false;
    return [together, ...(await sendEach(request, missing, signal))];
  }

  return async (request, signal) => {
    const start = clock.now();
    const replies = await sendAll(request, signal);
    const reply = merged(replies, (clock.now() - start) / 1000);
    return reply.failure?.kind === "unknown-model" ? withListing(reply, endpoint, signal) : reply;
  };
}

/** Answers of all requests; a failure only when there is none. */
function merged(replies: readonly ModelReply[], wallSeconds: number): ModelReply {
  const answers = replies.flatMap((reply) => reply.answers);
  const isEstimated = replies.some((reply) => reply.isEstimated === true);
  return {
    answers,
    usage: replies.reduce((sum, { usage }) => addTokens(sum, usage), NO_TOKENS),
    ...(isEstimated ? { isEstimated } : {}),
    failure: answers.length > 0 ? null : (replies.find((reply) => reply.failure !== null)?.failure ?? null),
    attempts: replies.reduce((sum, reply) => sum + reply.attempts, 0),
    wallSeconds,
  };
}

async function withListing(reply: ModelReply, endpoint: Endpoint, signal: AbortSignal): Promise<ModelReply> {
  const listing = await listModels(endpoint, signal);
  if (!("models" in listing) || listing.models.length === 0 || reply.failure === null) return reply;
  const more = listing.models.length > LISTED ? ` and ${listing.models.length - LISTED} more` : "";
  const distance = (name: string): number => editDistance(name.toLowerCase(), endpoint.model.toLowerCase());
  const nearest = listing.models.toSorted((a, b) => distance(a) - distance(b)).slice(0, LISTED);
  const message = `${reply.failure.message}; it lists ${nearest.join(", ")}${more}`;
  return { ...reply, failure: { ...reply.failure, message } };
}
