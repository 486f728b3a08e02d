/**
 * Collects answers from a stream of the AI SDK. The SDK reads only the first choice of each event; where the protocol
 * has several choices, the raw events are read instead. What has come so far outlives an error.
 */
import type { ModelAnswer } from "../../core/exchange.ts";
import { ReportedError } from "./guarded-fetch.ts";
import { type Protocol, takesChoices } from "../providers.ts";
import type { SdkFinish, SdkStreamPart, SdkUsage } from "./sdk.ts";

/** Characters of all answers of one call together; what is longer is cut, as if the token limit had been reached. */
const MOST_CHARACTERS = 2 ** 20;

interface Draft {
  text: string;
  finish: ModelAnswer["finish"] | undefined;
}

export interface Answers {
  readonly drafts: Draft[];
  /** Hidden reasoning that was shown, in characters. */
  reasoning: string;
  usage: SdkUsage | undefined;
  isCut: boolean;
}

export const noAnswers = (): Answers => ({ drafts: [], reasoning: "", usage: undefined, isCut: false });

/** Reads the stream to its end into `into`; rejects with what the stream or the provider in it reports, or when it ends too early. */
export async function readAnswers(
  stream: ReadableStream<SdkStreamPart>,
  into: Answers,
  protocol: Protocol,
): Promise<void> {
  const hasChoices = takesChoices(protocol);
  const addMore = hasChoices ? addRaw : protocol === "openai-responses" ? addMissed : () => 0;
  let characters = 0;
  for await (const part of stream) {
    characters += part.type === "raw" ? addMore(part.rawValue, into) : 0;
    characters += addPart(part, into, { isText: !hasChoices });
    if (characters <= MOST_CHARACTERS) continue;
    into.isCut = true;
    return;
  }
}

/** Characters that were added. */
function addPart(part: SdkStreamPart, into: Answers, { isText }: { readonly isText: boolean }): number {
  switch (part.type) {
    case "error":
      throw part.error;
    case "reasoning-delta":
      into.reasoning += part.delta;
      return part.delta.length;
    case "text-delta":
      if (isText) draft(into, 0).text += part.delta;
      return isText ? part.delta.length : 0;
    case "finish":
      into.usage = part.usage;
      if (isText) endAnswer(part.finishReason, into);
      return 0;
    default:
      return 0;
  }
}

/**
 * What the SDK leaves out of a Responses stream: where a message begins, the reasoning that open models show, the last word
 * where a usage beside it is of the wrong type, and errors of every shape. Throws `ReportedError` for these.
 */
function addMissed(event: unknown, into: Answers): number {
  const { type, delta, item } = (event ?? {}) as { type?: unknown; delta?: unknown; item?: { type?: unknown } | null };
  if (type === "error" || type === "response.failed") throw new ReportedError(JSON.stringify(event));
  if (type === "response.completed" && into.drafts[0] !== undefined) into.drafts[0].finish = "stop";
  // What a model says before its answer must not run into it.
  const isNext = type === "response.output_item.added" && item?.type === "message" && into.drafts[0] !== undefined;
  if (isNext && into.drafts[0]!.text !== "") into.drafts[0]!.text += "\n\n";
  if (type !== "response.reasoning_text.delta" || typeof delta !== "string") return 0;
  into.reasoning += delta;
  return delta.length;
}

/** The last word of a protocol that always has one: without it, what has come may be half an answer. */
function endAnswer({ raw, unified }: SdkFinish, into: Answers): void {
  if (unified === "interrupted" && into.drafts.some(({ text }) => text !== ""))
    throw new Error("premature end: the answer has no last word");
  if (unified === "error") return;
  // Without a reason of the provider's own, nothing says that there was an answer; Responses names reasons against it only.
  if (raw !== undefined || FINISHES[unified] !== undefined) draft(into, 0).finish = FINISHES[unified] ?? "other";
}

interface RawChoice {
  readonly index?: unknown;
  readonly delta?: { readonly content?: unknown; readonly refusal?: unknown } | null;
  readonly finish_reason?: unknown;
}

function addRaw(event: unknown, into: Answers): number {
  const { choices } = (event ?? {}) as { choices?: unknown };
  if (!Array.isArray(choices)) return 0;
  let characters = 0;
  for (const { index, delta, finish_reason: finish } of choices as RawChoice[]) {
    const one = draft(into, typeof index === "number" ? index : 0);
    const { content, refusal } = delta ?? {};
    if (typeof refusal === "string" && refusal !== "") one.finish = "refusal";
    const piece = [content, refusal].filter((text) => typeof text === "string").join("");
    one.text += piece;
    characters += piece.length;
    if (typeof finish === "string") one.finish ??= FINISHES[finish] ?? "other";
  }
  return characters;
}

/** The providers' words and the SDK's. */
const FINISHES: Readonly<Record<string, ModelAnswer["finish"]>> = {
  stop: "stop",
  length: "length",
  "content-filter": "refusal",
  content_filter: "refusal",
};

function draft({ drafts }: Answers, index: number): Draft {
  const place = Math.min(Math.max(0, Math.trunc(index)), 127);
  while (drafts.length <= place) drafts.push({ text: "", finish: undefined });
  return drafts[place]!;
}

/**
 * Finished answers, at most `count`; lone surrogates become U+FFFD, so that the text survives being stored. An empty text
 * that was not finished either is no answer.
 */
export const finishedAnswers = ({ drafts, isCut }: Answers, count: number): ModelAnswer[] =>
  drafts
    .slice(0, count)
    .filter(({ text, finish }) => text !== "" || finish !== undefined)
    .map(({ text, finish }) => ({
      text: text.slice(0, MOST_CHARACTERS).toWellFormed(),
      finish: isCut ? "length" : (finish ?? "other"),
    }));
