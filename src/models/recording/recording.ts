/**
 * A recording: one JSON line per call of a model, secrets taken out. From it a run is repeated without a network, and by
 * it a user shows what a model said.
 */
import { appendFileSync, readFileSync } from "node:fs";

import { StropError, messageOf } from "../../core/errors.ts";
import type { ModelReply, ModelRequest } from "../../core/exchange.ts";
import { type Scrubber, scrubReply, scrubRequest } from "./scrub.ts";
import type { LanguageModel, Price } from "../types.ts";

/** One line of a recording. */
export interface Recorded {
  readonly version: 1;
  readonly model: string;
  /** What the call was for; a request that differs in a measured time is recognised by it. */
  readonly purpose?: string | undefined;
  readonly request: ModelRequest;
  readonly reply: ModelReply;
  readonly price?: Price | undefined;
  readonly contextTokens?: number | undefined;
  readonly maxOutputTokens?: number | undefined;
}

/**
 * A wrapper that appends every call of a model to `file`, which only its owner can read, in a folder that is there. Calls that were
 * called off are left out: they say nothing about the model. Throws `models.recording` when the file cannot be written.
 */
export function recordTo(file: string, { scrub }: { readonly scrub: Scrubber }) {
  const append = (line: string): void => {
    try {
      appendFileSync(file, line, { mode: 0o600 });
    } catch (thrown) {
      throw new StropError("models.recording", `${file}: expected a file that can be written: ${messageOf(thrown)}`, {
        hint: "give --record a path where you may write",
        cause: thrown,
      });
    }
  };
  // At once: a path that cannot be written is learnt before a call is paid for.
  append("");
  return (model: LanguageModel): LanguageModel => ({
    ...model,
    async complete(request, signal, purpose) {
      const reply = await model.complete(request, signal, purpose);
      if (reply.failure?.kind === "aborted") return reply;
      const { name, price, contextTokens, maxOutputTokens } = model;
      const recorded: Recorded = {
        version: 1,
        model: name,
        purpose,
        request: scrubRequest(request, scrub),
        reply: scrubReply(reply, scrub),
        price,
        contextTokens,
        maxOutputTokens,
      };
      append(`${JSON.stringify(recorded)}\n`);
      return reply;
    },
  });
}

/** Throws `models.recording` for a file that cannot be read or holds something else. A last line that was cut off is left out. */
export function readRecording(file: string): Recorded[] {
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

function parseLine(line: string, place: string): Recorded {
  let value: Partial<Recorded>;
  try {
    value = (JSON.parse(line) as Partial<Recorded> | null) ?? {};
  } catch (thrown) {
    throw badRecording(place, `expected a line of JSON, found: ${messageOf(thrown)}`, thrown);
  }
  const { version, model, request, reply } = value;
  const isRecorded =
    version === 1 &&
    typeof model === "string" &&
    Array.isArray(request?.messages) &&
    Array.isArray(reply?.answers) &&
    reply.failure !== undefined;
  if (!isRecorded) throw badRecording(place, "expected a recorded call of a model, version 1");
  return value as Recorded;
}

const badRecording = (place: string, problem: string, cause?: unknown): StropError =>
  new StropError("models.recording", `${place}: ${problem}`, {
    hint: "name a file that was written by --record",
    cause,
  });
