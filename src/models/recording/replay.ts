/** Models that answer from a recording: the same request gets the same reply, without a network and without money. */
import type { ModelFailure, ModelReply, ModelRequest } from "../../core/exchange.ts";
import { requestHash } from "./exchange-key.ts";
import { aborted, failedReply, failure } from "../failures.ts";
import { isCall, readRecording, type RecordedCall, type RecordedModel } from "./recording.ts";
import { type Scrubber, scrubRequest } from "./scrub.ts";
import type { LanguageModel } from "../types.ts";

const CONTEXT_CHARACTERS = 60;

/**
 * One model per name in the file, in their order there, or an empty list. Requests match by model and text,
 * with secrets taken out; equal requests get the recorded replies in their order. A prompt holds times and memory that no
 * second run measures alike, so a request that is not found by its text gets the next reply to a call of its purpose. What
 * the file does not hold fails with the difference to the nearest recorded request. Throws `models.recording` when the
 * file cannot be read.
 */
export function replayFrom(file: string, { scrub }: { readonly scrub: Scrubber }): LanguageModel[] {
  const lines = readRecording(file);
  const byModel = [...Map.groupBy(lines, ({ model }) => model).values()];
  return byModel.map((ofModel) => replayModel(ofModel[0]!, ofModel.filter(isCall), { file, scrub }));
}

function replayModel(
  { model: name, price, contextTokens, maxOutputTokens }: RecordedModel,
  recorded: readonly RecordedCall[],
  { file, scrub }: { readonly file: string; readonly scrub: Scrubber },
): LanguageModel {
  const byHash = Map.groupBy(recorded, ({ request }) => requestHash(name, request));
  const byPurpose = Map.groupBy(recorded, ({ purpose }) => purpose);
  const given = new Set<RecordedCall>();
  const isLeft = (one: RecordedCall) => !given.has(one);
  return {
    name,
    price,
    contextTokens,
    maxOutputTokens,
    async complete(request, signal, purpose): Promise<ModelReply> {
      if (signal.aborted) return failedReply(aborted(name));
      const asked = scrubRequest(request, scrub);
      const found = byHash.get(requestHash(name, asked)) ?? [];
      const alike = purpose === undefined ? [] : (byPurpose.get(purpose) ?? []);
      const answer =
        found.length > 0
          ? found.find(isLeft)
          : alike.find((one) => isLeft(one) && one.request.samples === request.samples);
      if (answer !== undefined) given.add(answer);
      return answer?.reply ?? failedReply(missing(asked, { name, file, recorded, times: found.length }));
    },
  };
}

interface Missed {
  readonly name: string;
  readonly file: string;
  readonly recorded: readonly RecordedCall[];
  /** How often the very request is recorded. */
  readonly times: number;
}

function missing(asked: ModelRequest, { name, file, recorded, times }: Missed): ModelFailure {
  if (times > 0)
    return failure(
      "bad-response",
      `${file} holds this request to ${name} ${times === 1 ? "once" : `${times} times`}, and it was asked again`,
      false,
    );
  if (recorded.length === 0) return failure("bad-response", `${file} holds no request to ${name}`, false);
  const nearest = recorded
    .map(({ request }, index) => ({ index, request, common: commonLength(textOf(request), textOf(asked)) }))
    .reduce((best, next) => (next.common > best.common ? next : best));
  const message = `${file} does not hold this request to ${name}; the nearest, number ${nearest.index + 1} of its ${recorded.length}, ${difference(nearest.request, asked)}`;
  return failure("bad-response", message, false);
}

const textOf = ({ messages }: ModelRequest): string =>
  messages.map(({ role, content }) => `${role}\n${content}`).join("\n");

function difference(recorded: ModelRequest, asked: ModelRequest): string {
  const place = recorded.messages.findIndex(({ role, content }, i) => {
    const other = asked.messages[i];
    return other?.role !== role || other.content !== content;
  });
  if (place >= 0 && asked.messages[place] !== undefined) {
    const [then, now] = [recorded.messages[place]!, asked.messages[place]];
    const at = commonLength(then.content, now.content);
    const around = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 20), at + CONTEXT_CHARACTERS));
    return `differs in message ${place + 1} (${now.role}) from character ${at}: recorded ${around(then.content)}, asked ${around(now.content)}`;
  }
  if (recorded.messages.length !== asked.messages.length)
    return `has ${recorded.messages.length} messages, this one ${asked.messages.length}`;
  const settings = ({ temperature, samples, maxOutputTokens }: ModelRequest) =>
    `temperature ${temperature ?? "default"}, ${samples} samples, ${maxOutputTokens ?? "default"} output tokens`;
  return `was asked with ${settings(recorded)}, this one with ${settings(asked)}`;
}

function commonLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let i = 0;
  while (i < most && a[i] === b[i]) i += 1;
  return i;
}
