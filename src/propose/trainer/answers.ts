/**
 * The record of answers, kept beside those of other models: the prompt is the request, and text, tokens and log-probabilities are
 * the reply, as they were: what is learned from has to be what was asked. A run that was killed right after an answer does not draw another.
 */
import { basename } from "node:path";

import { sha256 } from "../../core/candidate.ts";
import type { ChatMessage } from "../../core/exchange.ts";
import type { ExchangeBook } from "../../models/types.ts";
import { type Sampled, sampled, type SampleRequest } from "./protocol.ts";

export interface Question extends SampleRequest {
  readonly trial: number;
  /** As the user named it. */
  readonly model: string;
}

export interface Answered {
  /** Names the question in the book. */
  readonly key: string;
  readonly answer: Sampled;
}

export interface Recorded {
  readonly messages: readonly ChatMessage[];
  readonly answer: Sampled;
}

/** Undefined if the question was never answered. */
export function recallAnswer(book: ExchangeBook, key: string): Recorded | undefined {
  const exchange = book.find(key);
  const text = exchange?.reply.answers[0]?.text;
  if (exchange === undefined || text === undefined) return undefined;
  const read = sampled.safeParse(JSON.parse(text));
  return read.success ? { messages: exchange.request.messages, answer: read.data } : undefined;
}

/** The recorded answer to this question, or the one that `draw` gives, recorded. */
export async function answerOnce(
  book: ExchangeBook,
  question: Question,
  draw: () => Promise<Sampled>,
): Promise<Answered> {
  const key = sha256(JSON.stringify(["language-policy", question]));
  const known = recallAnswer(book, key);
  if (known !== undefined) return { key, answer: known.answer };
  const started = performance.now();
  const answer = await draw();
  const { messages, temperature, maxTokens, trial } = question;
  const model = `language-policy:${basename(question.model)}`;
  const purpose = `trial-${trial}`;
  book.answered(key, {
    exchange: book.asked({ key, purpose, model, reserved: 0 }),
    purpose,
    model,
    request: { messages, temperature, samples: 1, maxOutputTokens: maxTokens },
    reply: {
      answers: [{ text: JSON.stringify(answer), finish: answer.finish }],
      usage: { input: answer.promptTokens, cachedInput: 0, output: answer.tokens.length, reasoning: 0 },
      failure: null,
      attempts: 1,
      wallSeconds: (performance.now() - started) / 1000,
    },
    cost: 0,
  });
  return { key, answer };
}
