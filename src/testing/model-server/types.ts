/** What a scripted model server is told and what it tells: requests it received, answers and faults it plays. */
import type { IncomingHttpHeaders } from "node:http";

import type { ChatMessage, TokenUsage } from "../../core/exchange.ts";
import type { Json } from "../../core/json.ts";

export type Protocol = "openai" | "responses" | "anthropic" | "gemini";

/** A request as it arrived, read the same way whatever the protocol. */
export interface ReceivedRequest {
  /** `list`: the server was asked which models it has. */
  readonly protocol: Protocol | "list" | "unknown";
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Json;
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  /** Choices asked for. */
  readonly samples: number;
  readonly isStream: boolean;
  readonly temperature: number | undefined;
  readonly maxOutputTokens: number | undefined;
}

/** Failures that real providers phrase each in their own way. */
export type ProviderError =
  | "context-overflow"
  | "invalid-parameter"
  | "no-credit"
  | "out-of-memory"
  | "overloaded"
  | "rate-limited"
  | "unauthorized"
  | "unknown-model";

export type Fault =
  | { readonly kind: "error"; readonly error: ProviderError; readonly retryAfter?: string; readonly parameter?: string }
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The connection is destroyed before a byte is sent. */
  | { readonly kind: "reset" }
  /** The connection is destroyed after that many characters of the answer. */
  | { readonly kind: "cut"; readonly afterCharacters: number }
  /** Nothing more is sent after that many characters, and the connection stays open; 0: not even headers. */
  | { readonly kind: "stall"; readonly afterCharacters: number }
  /** Status 200 with this body instead of the protocol's. */
  | { readonly kind: "body"; readonly body: string; readonly contentType?: string };

export interface ScriptedAnswer {
  /** One text for every choice, or one per choice (a shorter list: a server that returns fewer than asked). */
  readonly text?: string | readonly string[];
  readonly finish?: "stop" | "length" | "refusal";
  /** Hidden reasoning before the answer. */
  readonly reasoning?: string;
  /** Whatever was asked for, it comes as one JSON document, as from servers that know no streams. */
  readonly isOneBody?: boolean;
  /** Default: counted honestly, in lexical tokens. `missing`: none is sent; anything else is sent as it is. */
  readonly usage?: Partial<TokenUsage> | "missing";
  /** Characters per piece of a stream; default 40. */
  readonly chunkCharacters?: number;
  /** Milliseconds between pieces of a stream; default 0. */
  readonly chunkDelayMs?: number;
  readonly fault?: Fault;
}

export type Answer = string | ScriptedAnswer;

/** Contract: may be asynchronous; a rejection is answered with status 500. */
export type Script = (request: ReceivedRequest, index: number) => Answer | Promise<Answer>;

/** What a protocol makes of an answer. */
export interface Wire {
  readonly contentType: string;
  /** Sent one after the other; `answer` pieces count towards `afterCharacters` of a fault. */
  readonly pieces: readonly { readonly data: string; readonly characters: number }[];
}
