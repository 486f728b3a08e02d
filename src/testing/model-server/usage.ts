/** The token counts that a scripted server reports: honest unless the script says otherwise. */
import type { TokenUsage } from "../../core/exchange.ts";
import { tokensOf } from "../../core/token-count.ts";
import type { ReceivedRequest, ScriptedAnswer, Wire } from "./types.ts";

/** Undefined when the script wants none to be sent. */
export function reportedUsage(request: ReceivedRequest, answer: ScriptedAnswer): TokenUsage | undefined {
  if (answer.usage === "missing") return undefined;
  const reasoning = tokensOf(answer.reasoning ?? "").length;
  const written = textsOf(request, answer).reduce((sum, text) => sum + tokensOf(text).length, 0);
  return { input: promptTokens(request), cachedInput: 0, output: written + reasoning, reasoning, ...answer.usage };
}

export const promptTokens = (request: ReceivedRequest): number =>
  request.messages.reduce((sum, { content }) => sum + tokensOf(content).length, 0);

/** One text per choice that is sent. */
export const textsOf = (request: ReceivedRequest, { text = "" }: ScriptedAnswer): readonly string[] =>
  typeof text === "string" ? Array.from({ length: request.samples }, () => text) : text.slice(0, request.samples);

/** Pieces of `size` characters; surrogate pairs stay whole. */
export const piecesOf = (text: string, size: number): string[] => text.match(new RegExp(`[^]{1,${size}}`, "gu")) ?? [];

/** An answer that is not streamed: one JSON document, in pieces only where the script says how long they are. */
export function documentWire(document: object, { chunkCharacters }: ScriptedAnswer): Wire {
  const text = JSON.stringify(document);
  const pieces = chunkCharacters === undefined ? [text] : piecesOf(text, chunkCharacters);
  return {
    contentType: "application/json",
    pieces: pieces.map((data) => ({ data, characters: data.length })),
  };
}
