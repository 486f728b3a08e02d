/** One HTTP request to a provider: out through the guarded fetch, back as answers with a checked usage, or as a failure. */
import type { ModelFailure, ModelReply, ModelRequest } from "../../core/exchange.ts";
import { classify } from "./classify.ts";
import { aborted, failedReply, failure } from "../failures.ts";
import { guardedFetch, type Wire } from "./guarded-fetch.ts";
import { type Endpoint, takesChoices } from "../providers.ts";
import { type Answers, finishedAnswers, noAnswers, readAnswers } from "./read-answers.ts";
import { openSdkModel, type SdkModel } from "./sdk.ts";
import { checkedUsage, estimatedUsage } from "./usage.ts";

export interface Attempt {
  readonly reply: ModelReply;
  /** Milliseconds that the server wants to be left alone; undefined when it does not say. */
  readonly restMs: number | undefined;
  /** The server may have charged for it, so that asking again may cost twice. */
  readonly isCharged: boolean;
}

export interface AttemptOptions {
  readonly endpoint: Endpoint;
  /** The asker's. */
  readonly signal: AbortSignal;
  /** Aborts when the time for the whole call is over. */
  readonly deadline: AbortSignal;
  readonly timeoutSeconds: number;
  readonly idleMs: number;
  /** False: the model refuses to stream. */
  readonly isStreamed: boolean;
}

/** Never rejects. A protocol without choices answers once, whatever `request.samples` says. */
export async function attempt(request: ModelRequest, options: AttemptOptions): Promise<Attempt> {
  const { endpoint, idleMs, isStreamed } = options;
  const wire: Wire = { isSent: false, isAccepted: false, restMs: undefined };
  const answers = noAnswers();
  const stop = new AbortController();
  const abortSignal = AbortSignal.any([options.signal, options.deadline, stop.signal]);
  const hasChoices = takesChoices(endpoint.protocol);
  try {
    const choices = hasChoices ? request.samples : 1;
    const fetch = guardedFetch({ wire, choices, isStreamed, idleMs, answers: endpoint.protocol });
    const model = await openSdkModel(endpoint, fetch);
    const isResponses = endpoint.protocol === "openai-responses";
    const { stream } = await model.doStream({
      ...callOptions(request),
      abortSignal,
      includeRawChunks: hasChoices || isResponses,
      // OpenAI keeps what its Responses API is asked unless told not to.
      ...(isResponses ? { providerOptions: { openai: { store: false } } } : {}),
    });
    await readAnswers(stream, answers, endpoint.protocol);
    return answered(request, answers, endpoint);
  } catch (thrown) {
    // What breaks after the last word, such as a usage of the wrong type, costs no answer.
    if (answers.drafts.length > 0 && answers.drafts.every(({ finish }) => finish !== undefined))
      return answered(request, answers, endpoint);
    const isEnded = options.signal.aborted || options.deadline.aborted;
    const failed = isEnded ? ended(options) : classify({ thrown, endpoint, wire });
    const isCharged = wire.isAccepted || (wire.isSent && (isEnded || failed.kind === "timed-out"));
    const charged = isCharged ? { usage: estimatedUsage(request, answers), isEstimated: true } : {};
    return { reply: { ...failedReply(failed, { attempts: 1 }), ...charged }, restMs: wire.restMs, isCharged };
  } finally {
    // Also after a cut answer: what is not read must not stay open.
    stop.abort();
  }
}

function answered(request: ModelRequest, answers: Answers, endpoint: Endpoint): Attempt {
  const { usage, isEstimated } = checkedUsage(request, answers);
  const finished = finishedAnswers(answers, request.samples);
  const failed =
    finished.length > 0 ? null : failure("bad-response", `${endpoint.name} answered with no choice at all`);
  const reply = { answers: finished, usage, isEstimated, failure: failed, attempts: 1, wallSeconds: 0 };
  return { reply, restMs: undefined, isCharged: true };
}

const ended = ({ signal, endpoint, timeoutSeconds }: AttemptOptions): ModelFailure =>
  signal.aborted
    ? aborted(endpoint.name)
    : failure(
        "timed-out",
        `${endpoint.name} had not finished its answer after ${timeoutSeconds} s; if it is only slow, give it longer with \`timeoutSeconds\` in the config's \`models\``,
      );

type CallOptions = Parameters<SdkModel["doStream"]>[0];

function callOptions({ messages, temperature, maxOutputTokens }: ModelRequest): CallOptions {
  const prompt = messages.map(({ role, content }) =>
    role === "system" ? { role, content } : { role, content: [{ type: "text" as const, text: content }] },
  ) as CallOptions["prompt"];
  return {
    prompt,
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  };
}
