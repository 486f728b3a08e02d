/**
 * Language models as the rest of strop sees them: `LanguageModel` is one provider's model (or a stand-in), and
 * `ModelGateway` the one door through which every call goes: it counts the money, limits the rate and keeps the record.
 */
import type { Exchange, ModelReply, ModelRequest } from "../core/exchange.ts";

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  /** Default: as `input`. */
  readonly cachedInput?: number | undefined;
  readonly output: number;
}

export interface LanguageModel {
  /** `anthropic/claude-…`, `ollama/qwen3`, `openai-compatible:http://127.0.0.1:8080/v1#name`, `builtin`, `replay`. */
  readonly name: string;
  /** Tokens that prompt and answer may have together; undefined when not known. */
  readonly contextTokens: number | undefined;
  /** Undefined when not known; zeros for a local server. */
  readonly price: Price | undefined;
  /** Tokens that one answer may have when the request does not say; undefined when nothing bounds it. */
  readonly maxOutputTokens?: number | undefined;
  /**
   * Never rejects for what a model, a server or the network does: that is `failure` of the reply. `purpose` is the
   * question's, for models that draw their answers from a seed.
   */
  complete(request: ModelRequest, signal: AbortSignal, purpose?: string): Promise<ModelReply>;
}

export interface Question {
  /** Name of one of the gateway's models. */
  readonly model: string;
  readonly purpose: string;
  readonly request: ModelRequest;
}

/** Dollars. */
export interface Spending {
  readonly spent: number;
  /** Most that the calls under way can cost. */
  readonly inFlight: number;
  /** Undefined: no limit. */
  readonly limit: number | undefined;
}

export interface ModelGateway {
  readonly models: readonly Pick<LanguageModel, "name" | "contextTokens" | "price">[];
  /**
   * Asks, unless the same question was answered before in this run. A call that could exceed the limit is not made: its
   * failure is `over-budget`. Rejects only when the record cannot be written.
   */
  ask(question: Question, signal: AbortSignal): Promise<Exchange>;
  spending(): Spending;
  /** The newest calls of the run with an answer or a failure, oldest first, at most 64. */
  recent(): readonly Exchange[];
}

/** Where a gateway keeps its record; the journal in a run, memory in a test. Calls are synchronous and durable. */
export interface ExchangeBook {
  /** The finished exchange of that key, or undefined. */
  find(key: string): Exchange | undefined;
  /** Before the call leaves. `reserved`: most that it can cost, dollars. Returns the number of the exchange. */
  asked(asked: {
    readonly key: string;
    readonly purpose: string;
    readonly model: string;
    readonly reserved: number;
  }): number;
  answered(key: string, exchange: Exchange): void;
  /** Dollars that answered calls have cost until now, whoever made them; reservations of calls that a kill cut off included. */
  spent(): number;
  recent(): readonly Exchange[];
}
