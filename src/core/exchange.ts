/**
 * One call of a language model: what was asked, what came back, what it cost. Data only: who calls is models/, who
 * remembers is the journal. A model that fails is data too, as a candidate that fails is.
 */

export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

export interface ModelRequest {
  /** What stays the same between calls comes first, so that a provider's prompt cache hits. */
  readonly messages: readonly ChatMessage[];
  /** Undefined: the provider's default. */
  readonly temperature?: number | undefined;
  /** Answers wanted, 1 or more. */
  readonly samples: number;
  readonly maxOutputTokens?: number | undefined;
}

/** Tokens of all answers of one call together. */
export interface TokenUsage {
  /** All of the prompt, cached or not. */
  readonly input: number;
  /** Of `input`, read from the provider's cache. */
  readonly cachedInput: number;
  /** All that was generated, reasoning included. */
  readonly output: number;
  /** Of `output`, hidden reasoning. */
  readonly reasoning: number;
}

export interface ModelAnswer {
  readonly text: string;
  readonly finish: "stop" | "length" | "refusal" | "other";
}

export type ModelFailureKind =
  | "unreachable"
  | "unauthorized"
  | "unknown-model"
  | "rate-limited"
  | "context-overflow"
  | "server-error"
  | "timed-out"
  | "bad-response"
  | "over-budget"
  | "aborted";

export interface ModelFailure {
  readonly kind: ModelFailureKind;
  /** One sentence for people: expected, found, what to do. Free of secrets. */
  readonly message: string;
  /** Whether asking the same again later can help. False ends a model's part in a run. */
  readonly isPassing: boolean;
}

/** What one call came to. `answers` is empty exactly when there is a `failure`. */
export interface ModelReply {
  readonly answers: readonly ModelAnswer[];
  readonly usage: TokenUsage;
  /** The server reported no usage, or one that cannot be: the counts are strop's estimate, on the high side. */
  readonly isEstimated?: boolean;
  readonly failure: ModelFailure | null;
  /** HTTP requests that were made. */
  readonly attempts: number;
  readonly wallSeconds: number;
}

/** A call as the journal keeps it. */
export interface Exchange {
  /** Counts up from 0 in a run. */
  readonly exchange: number;
  /** What it was for: `trial-12`. With the model and the request it names the call, so that a resumed run never pays twice. */
  readonly purpose: string;
  readonly model: string;
  readonly request: ModelRequest;
  readonly reply: ModelReply;
  /** US dollars; null when the model's price is not known. */
  readonly cost: number | null;
}

export const NO_TOKENS: TokenUsage = Object.freeze({ input: 0, cachedInput: 0, output: 0, reasoning: 0 });

export const addTokens = (a: TokenUsage, b: TokenUsage): TokenUsage => ({
  input: a.input + b.input,
  cachedInput: a.cachedInput + b.cachedInput,
  output: a.output + b.output,
  reasoning: a.reasoning + b.reasoning,
});
