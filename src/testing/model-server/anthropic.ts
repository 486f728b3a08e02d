/** The Anthropic messages protocol: one answer per call, thinking blocks, usage split into cached and fresh input. */
import type { Json } from "../../core/json.ts";
import type { ReceivedRequest, ScriptedAnswer, Wire } from "./types.ts";
import { documentWire, piecesOf, reportedUsage, textsOf } from "./usage.ts";

export function anthropicWire(request: ReceivedRequest, answer: ScriptedAnswer): Wire {
  const text = textsOf(request, answer)[0] ?? "";
  const usage = usageField(request, answer);
  const head = { id: "msg_1", type: "message", role: "assistant", model: request.model };
  const thinking =
    answer.reasoning === undefined ? [] : [{ type: "thinking", thinking: answer.reasoning, signature: "s" }];
  if (!request.isStream) {
    const content = [...thinking, { type: "text", text }];
    return documentWire({ ...head, content, stop_reason: stopReason(answer), stop_sequence: null, usage }, answer);
  }
  const size = answer.chunkCharacters ?? 40;
  const textIndex = thinking.length;
  const pieces = [
    event("message_start", { message: { ...head, content: [], stop_reason: null, stop_sequence: null, usage } }),
    ...(answer.reasoning === undefined ? [] : thinkingBlock(answer.reasoning, size)),
    event("content_block_start", { index: textIndex, content_block: { type: "text", text: "" } }),
    ...piecesOf(text, size).map((piece) =>
      event("content_block_delta", { index: textIndex, delta: { type: "text_delta", text: piece } }, piece.length),
    ),
    event("content_block_stop", { index: textIndex }),
    event("message_delta", { delta: { stop_reason: stopReason(answer), stop_sequence: null }, usage }),
    event("message_stop", {}),
  ];
  return { contentType: "text/event-stream", pieces };
}

const thinkingBlock = (reasoning: string, size: number) => [
  event("content_block_start", { index: 0, content_block: { type: "thinking", thinking: "", signature: "" } }),
  ...piecesOf(reasoning, size).map((piece) =>
    event("content_block_delta", { index: 0, delta: { type: "thinking_delta", thinking: piece } }, piece.length),
  ),
  event("content_block_delta", { index: 0, delta: { type: "signature_delta", signature: "s" } }),
  event("content_block_stop", { index: 0 }),
];

const event = (type: string, fields: Readonly<Record<string, Json>>, characters = 0) => ({
  data: `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`,
  characters,
});

const stopReason = ({ finish = "stop" }: ScriptedAnswer): string =>
  ({ stop: "end_turn", length: "max_tokens", refusal: "refusal" })[finish];

/** The protocol demands a usage: `missing` sends zeros, as servers that imitate it do. */
function usageField(request: ReceivedRequest, answer: ScriptedAnswer): Json {
  const usage = reportedUsage(request, answer);
  if (usage === undefined) return { input_tokens: 0, output_tokens: 0 };
  return {
    input_tokens: usage.input - usage.cachedInput,
    cache_read_input_tokens: usage.cachedInput,
    cache_creation_input_tokens: 0,
    output_tokens: usage.output,
  };
}
