/** Google's generateContent protocol, one candidate per call, as server-sent events or as one document. */
import type { ReceivedRequest, ScriptedAnswer, Wire } from "./types.ts";
import { documentWire, piecesOf, reportedUsage, textsOf } from "./usage.ts";

export function geminiWire(request: ReceivedRequest, answer: ScriptedAnswer): Wire {
  const text = textsOf(request, answer)[0] ?? "";
  const usage = reportedUsage(request, answer);
  const tail = {
    modelVersion: request.model,
    ...(usage === undefined
      ? {}
      : {
          usageMetadata: {
            promptTokenCount: usage.input,
            cachedContentTokenCount: usage.cachedInput,
            candidatesTokenCount: usage.output - usage.reasoning,
            thoughtsTokenCount: usage.reasoning,
            totalTokenCount: usage.input + usage.output,
          },
        }),
  };
  const candidate = (piece: string, finishReason?: string) => ({
    candidates: [{ index: 0, content: { role: "model", parts: [{ text: piece }] }, finishReason }],
  });
  if (!request.isStream) return documentWire({ ...candidate(text, finishReason(answer)), ...tail }, answer);
  const event = (value: object, characters = 0) => ({ data: `data: ${JSON.stringify(value)}\r\n\r\n`, characters });
  const pieces = [
    ...piecesOf(text, answer.chunkCharacters ?? 40).map((piece) => event(candidate(piece), piece.length)),
    event({ ...candidate("", finishReason(answer)), ...tail }),
  ];
  return { contentType: "text/event-stream", pieces };
}

const finishReason = ({ finish = "stop" }: ScriptedAnswer): string =>
  ({ stop: "STOP", length: "MAX_TOKENS", refusal: "SAFETY" })[finish];
