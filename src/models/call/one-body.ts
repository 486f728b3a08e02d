/**
 * An answer that came as one JSON document, because the server does not stream or chose not to, put as the events that a
 * stream of its protocol would have had: whatever reads answers, counts them and limits them knows one form only.
 */
import { isRecord } from "../../core/json.ts";
import type { Protocol } from "../providers.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Undefined when the document is no answer of the protocol. */
export function eventsOf(document: unknown, protocol: Protocol): readonly Fields[] | undefined {
  if (protocol === "google") return geminiEvents(document);
  if (!isRecord(document)) return undefined;
  if (protocol === "anthropic") return anthropicEvents(document);
  return protocol === "openai-responses" ? responsesEvents(document) : chatEvents(document);
}

/** What the document says of an error instead of an answer. */
export function errorIn(document: unknown): boolean {
  const { error, detail, message } = recordOf(Array.isArray(document) ? document[0] : document);
  return isRecord(error) || [error, detail, message].some((said) => typeof said === "string" && said !== "");
}

/** Google's own answer without server-sent events is a list of what the events would have held. */
function geminiEvents(document: unknown): readonly Fields[] | undefined {
  const chunks = recordsIn(Array.isArray(document) ? document : [document]);
  if (!chunks.some((chunk) => Array.isArray(chunk["candidates"]) || isRecord(chunk["promptFeedback"])))
    return undefined;
  return chunks;
}

function chatEvents({ id, created, model, choices, usage }: Fields): readonly Fields[] | undefined {
  if (!Array.isArray(choices)) return undefined;
  const messages = recordsIn(choices);
  if (choices.length > 0 && !messages.some(({ message }) => isRecord(message))) return undefined;
  const whole = messages.map(({ index, message, finish_reason: finish }, place) => {
    const { content, refusal, reasoning_content: reasoning, reasoning: thoughts } = recordOf(message);
    return {
      index: typeof index === "number" ? index : place,
      delta: { content: textOf(content), refusal, reasoning_content: reasoning ?? thoughts },
      finish_reason: finish ?? "stop",
    };
  });
  return [{ id, created, model, choices: whole, ...(usage === undefined ? {} : { usage }) }];
}

/** Some servers give the text in parts. */
const textOf = (content: unknown): unknown =>
  Array.isArray(content)
    ? recordsIn(content)
        .map(({ text }) => (typeof text === "string" ? text : ""))
        .join("")
    : content;

function anthropicEvents({ id, model, content, stop_reason: stop, usage }: Fields): readonly Fields[] | undefined {
  if (!Array.isArray(content)) return undefined;
  const counts = { input_tokens: 0, output_tokens: 0, ...recordOf(usage) };
  const blocks = recordsIn(content).flatMap(({ type, text, thinking }, index) => {
    if (type !== "text" && type !== "thinking") return [];
    const isText = type === "text";
    return [
      { type: "content_block_start", index, content_block: isText ? { type, text: "" } : { type, thinking: "" } },
      {
        type: "content_block_delta",
        index,
        delta: isText ? { type: "text_delta", text } : { type: "thinking_delta", thinking },
      },
      { type: "content_block_stop", index },
    ];
  });
  return [
    { type: "message_start", message: { id, model, role: "assistant", content: [], usage: counts } },
    ...blocks,
    { type: "message_delta", delta: { stop_reason: stop ?? "end_turn" }, usage: counts },
    { type: "message_stop" },
  ];
}

function responsesEvents(response: Fields): readonly Fields[] | undefined {
  const { status = "completed", output } = response;
  if (!Array.isArray(output) && status !== "failed") return undefined;
  const items = recordsIn(Array.isArray(output) ? output : []).flatMap(({ type, content, summary }, index) => {
    const place = { item_id: `item-${index}`, output_index: index };
    if (type === "reasoning")
      return recordsIn(summary).map(({ text }) => ({
        type: "response.reasoning_summary_text.delta",
        ...place,
        summary_index: 0,
        delta: text,
      }));
    if (type !== "message") return [];
    return [
      { type: "response.output_item.added", output_index: index, item: { type, id: place.item_id } },
      ...recordsIn(content).flatMap((part) => partEvent(part, place)),
    ];
  });
  return [...items, { type: `response.${String(status)}`, sequence_number: items.length, response }];
}

function partEvent({ type, text, refusal }: Fields, place: Fields): Fields[] {
  if (type === "output_text") return [{ type: "response.output_text.delta", ...place, delta: text }];
  return type === "refusal" ? [{ type: "response.refusal.delta", ...place, delta: refusal }] : [];
}

const recordOf = (value: unknown): Fields => (isRecord(value) ? value : {});

const recordsIn = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isRecord) : []);
