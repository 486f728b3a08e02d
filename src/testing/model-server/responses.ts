/** OpenAI's Responses protocol: one answer per call, output items, reasoning summaries, and an event of its own for every end. */
import type { Json } from "../../core/json.ts";
import type { ReceivedRequest, ScriptedAnswer, Wire } from "./types.ts";
import { documentWire, piecesOf, reportedUsage, textsOf } from "./usage.ts";

type Fields = Readonly<Record<string, Json>>;
interface Event {
  readonly type: string;
  readonly fields: Fields;
  /** Of the answer. */
  readonly characters: number;
}

export function responsesWire(request: ReceivedRequest, answer: ScriptedAnswer): Wire {
  const text = textsOf(request, answer)[0] ?? "";
  const head = { id: "resp_1", object: "response", created_at: 1_700_000_000, model: request.model, error: null };
  const isCut = answer.finish === "length";
  const part = partOf(text, answer);
  const message = { id: "msg_1", type: "message", role: "assistant", status: "completed", content: [part] };
  const output = [...(answer.reasoning === undefined ? [] : [reasoningItem(answer.reasoning)]), message];
  const whole: Fields = {
    ...head,
    status: isCut ? "incomplete" : "completed",
    incomplete_details: isCut ? { reason: "max_output_tokens" } : null,
    output,
    usage: usageField(request, answer),
  };
  if (!request.isStream) return documentWire(whole, answer);
  const begun = { ...head, status: "in_progress", incomplete_details: null, output: [], usage: null };
  const size = answer.chunkCharacters ?? 40;
  const events = [
    event("response.created", { response: begun }),
    event("response.in_progress", { response: begun }),
    ...(answer.reasoning === undefined ? [] : reasoningEvents(answer.reasoning, size)),
    ...messageEvents({ text, part, message, size, index: output.length - 1 }),
    event(isCut ? "response.incomplete" : "response.completed", { response: whole }),
  ];
  const pieces = events.map(({ type, fields, characters }, number) => ({
    data: `event: ${type}\ndata: ${JSON.stringify({ type, ...fields, sequence_number: number })}\n\n`,
    characters,
  }));
  return { contentType: "text/event-stream", pieces };
}

const event = (type: string, fields: Fields, characters = 0): Event => ({ type, fields, characters });

const partOf = (text: string, { finish }: ScriptedAnswer): Fields =>
  finish === "refusal" ? { type: "refusal", refusal: text } : { type: "output_text", text, annotations: [] };

const reasoningItem = (text: string): Fields => ({
  id: "rs_1",
  type: "reasoning",
  summary: [{ type: "summary_text", text }],
});

function reasoningEvents(reasoning: string, size: number): Event[] {
  const place = { item_id: "rs_1", output_index: 0, summary_index: 0 };
  return [
    event("response.output_item.added", { output_index: 0, item: { id: "rs_1", type: "reasoning", summary: [] } }),
    event("response.reasoning_summary_part.added", { ...place, part: { type: "summary_text", text: "" } }),
    ...piecesOf(reasoning, size).map((delta) =>
      event("response.reasoning_summary_text.delta", { ...place, delta }, delta.length),
    ),
    event("response.reasoning_summary_part.done", { ...place, part: { type: "summary_text", text: reasoning } }),
    event("response.output_item.done", { output_index: 0, item: reasoningItem(reasoning) }),
  ];
}

interface Message {
  readonly text: string;
  readonly part: Fields;
  readonly message: Fields;
  readonly size: number;
  readonly index: number;
}

function messageEvents({ text, part, message, size, index }: Message): Event[] {
  const place = { item_id: "msg_1", output_index: index, content_index: 0 };
  const kind = part["type"] === "refusal" ? "refusal" : "output_text";
  return [
    event("response.output_item.added", { output_index: index, item: { ...message, content: [] } }),
    event("response.content_part.added", { ...place, part: { ...part, [kind === "refusal" ? kind : "text"]: "" } }),
    ...piecesOf(text, size).map((delta) => event(`response.${kind}.delta`, { ...place, delta }, delta.length)),
    event(`response.${kind}.done`, { ...place, [kind === "refusal" ? kind : "text"]: text }),
    event("response.content_part.done", { ...place, part }),
    event("response.output_item.done", { output_index: index, item: message }),
  ];
}

function usageField(request: ReceivedRequest, answer: ScriptedAnswer): Json {
  const usage = reportedUsage(request, answer);
  if (usage === undefined) return null;
  return {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: usage.cachedInput },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: usage.input + usage.output,
  };
}
