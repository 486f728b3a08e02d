/** A scripted server and a model on it, in any of the protocols, with time that is not waited for. */
import { setTimeout as sleep } from "node:timers/promises";

import type { ModelReply, ModelRequest } from "../../src/core/exchange.ts";
import type { Clock } from "../../src/models/clock.ts";
import { resolveModel, type ResolveOptions } from "../../src/models/catalog/resolve-model.ts";
import type { LanguageModel } from "../../src/models/types.ts";
import {
  type Answer,
  type Fault,
  type ModelServer,
  type ModelServerOptions,
  startModelServer,
} from "../../src/testing/model-server.ts";

export const never = new AbortController().signal;
export const request: ModelRequest = { messages: [{ role: "user", content: "Say hello." }], samples: 1 };

export const PROTOCOLS = ["compatible", "openai", "openai-responses", "anthropic", "google"] as const;
export type Protocol = (typeof PROTOCOLS)[number];
export const KEY = "0123456789abcdef0123";

export const failing = (error: (Fault & { kind: "error" })["error"], retryAfter?: string): Answer => ({
  fault: { kind: "error", error, ...(retryAfter === undefined ? {} : { retryAfter }) },
});

/** Status 200 with this body. */
export const sending = (body: string, contentType: string): Answer => ({ fault: { kind: "body", body, contentType } });

/** A stream of these events. */
export const streaming = (...events: readonly object[]): Answer =>
  sending(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(""), "text/event-stream");

/** A clock that jumps instead of waiting, and notes how far. */
export function jumpingClock(): Clock & { readonly waits: number[] } {
  let skipped = 0;
  const waits: number[] = [];
  return {
    waits,
    now: () => performance.now() + skipped,
    async sleep(ms, signal) {
      signal.throwIfAborted();
      waits.push(ms);
      skipped += ms;
    },
  };
}

export interface Opened extends AsyncDisposable {
  readonly server: ModelServer;
  readonly clock: ReturnType<typeof jumpingClock>;
  readonly model: LanguageModel;
  ask(signal?: AbortSignal): Promise<ModelReply>;
}

export interface OpenOptions extends ResolveOptions {
  readonly protocol?: Protocol;
  readonly timeoutSeconds?: number;
  /** Default: `test-model`. */
  readonly name?: string;
}

export async function openModel(options: ModelServerOptions, rest: OpenOptions = {}): Promise<Opened> {
  const { protocol = "compatible", timeoutSeconds, name = "test-model" } = rest;
  const server = await startModelServer(options);
  const clock = jumpingClock();
  const provider = protocol === "compatible" ? `openai-compatible:${server.url}/v1#` : `${protocol}/`;
  const env = {
    ANTHROPIC_BASE_URL: server.url,
    ANTHROPIC_API_KEY: KEY,
    OPENAI_BASE_URL: server.url,
    OPENAI_API_KEY: KEY,
    GOOGLE_GEMINI_BASE_URL: server.url,
    GEMINI_API_KEY: KEY,
  };
  const model = resolveModel({ model: provider + name, timeoutSeconds }, env, { clock, ...rest });
  const ask = (signal = never) => model.complete(request, signal);
  return { server, clock, model, ask, [Symbol.asyncDispose]: server.close };
}

/** Until the server has no request and no connection left. */
export async function untilQuiet({ unanswered, connections }: ModelServer): Promise<number> {
  for (let i = 0; i < 400 && unanswered() + connections() > 0; i++) await sleep(25);
  return unanswered() + connections();
}
