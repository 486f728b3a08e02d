/**
 * The record of agents' calls, kept beside those of language models: the prompt is the request and the edit is the
 * answer, so a run that was killed right after an agent ended does not pay for it twice.
 */
import { type ModelFailure, NO_TOKENS } from "../../core/exchange.ts";
import type { ExchangeBook } from "../../models/types.ts";
import type { AgentAnswer } from "./answer.ts";

/** The answer to this question, or null if it was never asked or cut off. */
export function recall(book: ExchangeBook | undefined, key: string): AgentAnswer | null {
  const text = book?.find(key)?.reply.answers[0]?.text;
  return text === undefined ? null : (JSON.parse(text) as AgentAnswer);
}

export interface Recorded {
  readonly key: string;
  readonly purpose: string;
  readonly model: string;
  readonly prompt: string;
  /** Number of the call. */
  readonly exchange: number;
  readonly answer: AgentAnswer;
}

/** An aborted call has an end and a cost, but no answer to come back to. */
export function record(book: ExchangeBook, { key, purpose, model, prompt, exchange, answer }: Recorded): void {
  const failure = failureOf(answer);
  book.answered(key, {
    exchange,
    purpose,
    model,
    request: { messages: [{ role: "user", content: prompt }], samples: 1 },
    reply: {
      answers: failure === null ? [{ text: JSON.stringify(answer), finish: "stop" }] : [],
      usage: NO_TOKENS,
      failure,
      attempts: 1,
      wallSeconds: answer.seconds,
    },
    cost: answer.cost,
  });
}

function failureOf({ isAborted, problem = "" }: AgentAnswer): ModelFailure | null {
  return isAborted ? { kind: "aborted", message: problem, isPassing: true } : null;
}
