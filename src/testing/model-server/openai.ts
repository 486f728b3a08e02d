/** The OpenAI chat-completions protocol, with choices, streams, reasoning and usage. */
import type { Json } from "../../core/json.ts";
import type { ReceivedRequest, ScriptedAnswer, Wire } from "./types.ts";
import { documentWire, piecesOf, reportedUsage, textsOf } from "./usage.ts";

export function openaiWire(request: ReceivedRequest, answer: ScriptedAnswer): Wire {
  const head = { id: "chatcmpl-1", created: 1_700_000_000, model: request.model };
  const usage = usageField(request, answer);
  const finish = finishReason(answer);
  const texts = textsOf(request, answer);
  if (!request.isStream) {
    const choices = texts.map((content, index) => ({
      index,
      message: {
        role: "assistant",
        content: answer.finish === "refusal" ? null : content,
        ...(answer.finish === "refusal" ? { refusal: content } : {}),
        ...(answer.reasoning === undefined ? {} : { reasoning_content: answer.reasoning }),
      },
      finish_reason: finish,
    }));
    return documentWire({ ...head, object: "chat.completion", choices, ...usage }, answer);
  }
  const chunk = (choices: Json, more: object, characters = 0) => ({
    data: `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices, ...more })}\n\n`,
    characters,
  });
  const pieces = [
    ...texts.map((_, index) => chunk([{ index, delta: { role: "assistant", content: "" }, finish_reason: null }], {})),
    ...interleave(deltas(texts, answer)).map(({ index, delta, size }) =>
      chunk([{ index, delta, finish_reason: null }], {}, size),
    ),
    ...texts.map((_, index) => chunk([{ index, delta: {}, finish_reason: finish }], {})),
    ...(wantsUsage(request) && answer.usage !== "missing" ? [chunk([], usage)] : []),
    { data: "data: [DONE]\n\n", characters: 0 },
  ];
  return { contentType: "text/event-stream", pieces };
}

interface Delta {
  readonly index: number;
  readonly delta: Readonly<Record<string, string>>;
  readonly size: number;
}

const deltas = (texts: readonly string[], answer: ScriptedAnswer): Delta[][] =>
  texts.map((text, index): Delta[] => [
    ...piecesOf(answer.reasoning ?? "", answer.chunkCharacters ?? 40).map((piece) => ({
      index,
      delta: { reasoning_content: piece },
      size: piece.length,
    })),
    ...piecesOf(text, answer.chunkCharacters ?? 40).map((piece) => ({
      index,
      delta: { [answer.finish === "refusal" ? "refusal" : "content"]: piece },
      size: piece.length,
    })),
  ]);

/** As a real server does with several choices: a piece of each in turn. */
function interleave(lists: readonly Delta[][]): Delta[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((one) => one.slice(i, i + 1))).flat();
}

const finishReason = ({ finish = "stop" }: ScriptedAnswer): string =>
  finish === "refusal" ? "content_filter" : finish;

const wantsUsage = ({ body }: ReceivedRequest): boolean =>
  (body as { stream_options?: { include_usage?: boolean } }).stream_options?.include_usage === true;

function usageField(request: ReceivedRequest, answer: ScriptedAnswer): { usage?: Json } {
  const usage = reportedUsage(request, answer);
  if (usage === undefined) return {};
  return {
    usage: {
      prompt_tokens: usage.input,
      completion_tokens: usage.output,
      total_tokens: usage.input + usage.output,
      prompt_tokens_details: { cached_tokens: usage.cachedInput },
      completion_tokens_details: { reasoning_tokens: usage.reasoning },
    },
  };
}
