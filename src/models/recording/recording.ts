/**
 * A recording: one JSON line per model of a run and one per call, secrets taken out. From it a run is repeated without a
 * network, and by it a user shows what a model said.
 */
import { appendFileSync, readFileSync } from "node:fs";

import { StropError, messageOf } from "../../core/errors.ts";
import type { ModelReply, ModelRequest } from "../../core/exchange.ts";
import { type Scrubber, scrubReply, scrubRequest } from "./scrub.ts";
import type { LanguageModel, Price } from "../types.ts";

/** A line for a model that may be asked: whom a run chooses depends on those whom it does not choose, too. */
export interface RecordedModel {
  readonly version: 1;
  readonly model: string;
  readonly price?: Price | undefined;
  readonly contextTokens?: number | undefined;
  readonly maxOutputTokens?: number | undefined;
}

/** A line for a call. */
export interface RecordedCall extends RecordedModel {
  /** What the call was for; a request that differs in a measured time is recognised by it. */
  readonly purpose?: string | undefined;
  readonly request: ModelRequest;
  readonly reply: ModelReply;
}

/**
 * A wrapper that appends every call of a model to `file`, which only its owner can read, in a folder that is there. Calls that were
 * called off are left out: they say nothing about the model. Throws `models.recording` when the file cannot be written.
 */
export function recordTo(file: string, { scrub }: { readonly scrub: Scrubber }) {
  const append = (...lines: readonly RecordedModel[]): void => {
    try {
      appendFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""), { mode: 0o600 });
    } catch (thrown) {
      throw new StropError("models.recording", `${file}: expected a file that can be written: ${messageOf(thrown)}`, {
        hint: "give --record a path where you may write",
        cause: thrown,
      });
    }
  };
  // At once: a path that cannot be written is learnt before a call is paid for.
  append();
  return (model: LanguageModel): LanguageModel => {
    const { name, price, contextTokens, maxOutputTokens } = model;
    const line: RecordedModel = { version: 1, model: name, price, contextTokens, maxOutputTokens };
    append(line);
    return {
      ...model,
      async complete(request, signal, purpose) {
        const reply = await model.complete(request, signal, purpose);
        if (reply.failure?.kind === "aborted") return reply;
        const texts = { request: scrubRequest(request, scrub), reply: scrubReply(reply, scrub) };
        const call: RecordedCall = { ...line, purpose, ...texts };
        append(call);
        return reply;
      },
    };
  };
}

/** Throws `models.recording` for a file that cannot be read or holds something else. A last line that was cut off is left out. */
export function readRecording(file: string): readonly (RecordedModel | RecordedCall)[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (thrown) {
    throw badRecording(file, `expected a recording, found: ${messageOf(thrown)}`, thrown);
  }
  const lines = text.split("\n");
  // What follows the last newline was being written when the process ended.
  lines.pop();
  return lines.map((line, index) => parseLine(line, `${file}:${index + 1}`));
}

/** Whether a line is of a call and not of a model. */
export const isCall = (line: RecordedModel | RecordedCall): line is RecordedCall => "request" in line;

function parseLine(line: string, place: string): RecordedModel | RecordedCall {
  let value: Partial<RecordedCall>;
  try {
    value = (JSON.parse(line) as Partial<RecordedCall> | null) ?? {};
  } catch (thrown) {
    throw badRecording(place, `expected a line of JSON, found: ${messageOf(thrown)}`, thrown);
  }
  const { version, model, request, reply } = value;
  const isWhole = Array.isArray(request?.messages) && Array.isArray(reply?.answers) && reply.failure !== undefined;
  const isModel = request === undefined && reply === undefined;
  if (version !== 1 || typeof model !== "string" || !(isWhole || isModel))
    throw badRecording(place, "expected a recorded call of a model, version 1");
  return value as RecordedModel | RecordedCall;
}

const badRecording = (place: string, problem: string, cause?: unknown): StropError =>
  new StropError("models.recording", `${place}: ${problem}`, {
    hint: "name a file that was written by --record",
    cause,
  });
