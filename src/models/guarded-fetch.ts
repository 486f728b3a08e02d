/**
 * The `fetch` that provider clients are given: it bounds what a server can do to us. A body that is too long, that falls
 * silent, or that is no stream of events ends with an error of its own; what was seen is noted for whoever judges the failure.
 */
import { messageOf } from "../core/errors.ts";

const MEBIBYTE = 2 ** 20;
const QUOTED_BYTES = 300;

export interface FetchLimits {
  /** Milliseconds without a byte after which a body that had begun is given up. */
  readonly idleMs: number;
  /** Bytes of one body; default 64 MiB, which as events hold about 1 MiB of answers. An error's has 1 MiB at most. */
  readonly bodyBytes?: number;
}

/** What became of one request. */
export interface Wire {
  /** A request left. */
  isSent: boolean;
  /** The server began to answer with status 200: from here on it may charge. */
  isAccepted: boolean;
  /** Milliseconds that the server wants to be left alone; undefined when it does not say. */
  restMs: number | undefined;
}

export class WireError extends Error {
  readonly reason: "idle" | "too-long" | "no-stream";

  constructor(reason: WireError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface GuardedFetchOptions extends FetchLimits {
  readonly wire: Wire;
  /** Choices wanted: put into the body of the OpenAI protocol when more than one. */
  readonly choices: number;
  /** Default `events`: a stream of server-sent events. */
  readonly accepts?: "events" | "json";
}

export function guardedFetch(options: GuardedFetchOptions): typeof fetch {
  const { wire, choices, bodyBytes = 64 * MEBIBYTE, accepts = "events" } = options;
  return async (input, init) => {
    const body = choices > 1 ? withChoices(init?.body, choices) : init?.body;
    wire.isSent = true;
    // A redirect would carry keys to a server that the user did not name.
    const response = await fetch(input, { ...init, body: body ?? null, redirect: "manual" });
    wire.restMs = restOf(response.headers);
    wire.isAccepted = response.ok;
    const limits = { idleMs: options.idleMs, bytes: response.ok ? bodyBytes : MEBIBYTE };
    const guarded = response.body && guard(response.body, limits);
    if (response.ok && accepts === "events") await expectEvents(response, guarded);
    return new Response(guarded, response);
  };
}

/** `retry-after` is seconds, or a date by the server's own clock. */
function restOf(headers: Headers): number | undefined {
  const header = headers.get("retry-after")?.trim() ?? "";
  if (header === "") return undefined;
  const itsNow = Date.parse(headers.get("date") ?? "");
  const until = Date.parse(header) - (Number.isNaN(itsNow) ? Date.now() : itsNow);
  const ms = Number.isFinite(Number(header)) ? Number(header) * 1000 : until;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function withChoices(body: unknown, choices: number): string {
  return JSON.stringify({ ...(JSON.parse(String(body)) as object), n: choices });
}

async function expectEvents(response: Response, body: ReadableStream<Uint8Array> | null): Promise<void> {
  const type = response.headers.get("content-type");
  if (type === null || type.includes("event-stream")) return;
  const start = body === null ? "" : await firstBytes(body);
  throw new WireError("no-stream", `a stream of events, found ${type} that begins ${JSON.stringify(start)}`);
}

async function firstBytes(body: ReadableStream<Uint8Array>): Promise<string> {
  const reader = body.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return Buffer.from(value ?? [])
    .subarray(0, QUOTED_BYTES)
    .toString("utf8");
}

/** The same bytes, until there are too many or none come. */
function guard(
  body: ReadableStream<Uint8Array>,
  { idleMs, bytes }: { readonly idleMs: number; readonly bytes: number },
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let seen = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { promise: silence, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(() => reject(new WireError("idle", `no byte for ${idleMs / 1000} s`)), idleMs);
      try {
        const { done, value } = await Promise.race([reader.read(), silence]);
        if (done) return controller.close();
        seen += value.byteLength;
        if (seen > bytes) throw new WireError("too-long", `more than ${Math.round(bytes / MEBIBYTE)} MiB`);
        controller.enqueue(value);
      } catch (thrown) {
        controller.error(thrown);
        await reader.cancel(messageOf(thrown)).catch(() => undefined);
      } finally {
        clearTimeout(timer);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
