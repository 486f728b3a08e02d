/**
 * The `fetch` that provider clients are given: it bounds what a server can do to us. A body that is too long, that falls
 * silent, or that is no answer ends with an error of its own; what was seen is noted for whoever judges the failure.
 */
import { messageOf } from "../../core/errors.ts";
import { errorIn, eventsOf } from "./one-body.ts";
import { onOwnClock } from "./own-clock.ts";
import type { Protocol } from "../providers.ts";

const MEBIBYTE = 2 ** 20;
const QUOTED_CHARACTERS = 300;

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
  readonly reason: "idle" | "too-long" | "no-answer";

  constructor(reason: WireError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** An error that the server reported in a document of status 200. */
export class ReportedError extends Error {
  readonly responseBody: string;

  constructor(responseBody: string) {
    super("the server reported an error");
    this.responseBody = responseBody;
  }
}

export interface GuardedFetchOptions extends FetchLimits {
  readonly wire: Wire;
  /** Choices wanted: put into the body of the OpenAI protocol when more than one. */
  readonly choices?: number;
  /** False: the body asks for one document instead of a stream. */
  readonly isStreamed?: boolean;
  /** Of an answer, which is handed on as server-sent events even if it is one document; undefined: whatever comes is handed on. */
  readonly answers?: Protocol;
}

export function guardedFetch(options: GuardedFetchOptions): typeof fetch {
  const { wire, bodyBytes = 64 * MEBIBYTE, answers } = options;
  return async (input, init) => {
    const body = withSettings(init?.body, options);
    wire.isSent = true;
    // A redirect would carry keys to a server that the user did not name.
    const response = await fetch(input, { ...init, body: body ?? null, redirect: "manual", ...onOwnClock() });
    const elsewhere = await movedTo(response);
    if (elsewhere !== undefined) return new Response(elsewhere, { status: response.status });
    wire.restMs = restOf(response.headers);
    wire.isAccepted = response.ok;
    const limits = { idleMs: options.idleMs, bytes: response.ok ? bodyBytes : MEBIBYTE };
    const guarded = response.body && guard(response.body, limits);
    if (!response.ok || answers === undefined) return new Response(guarded, response);
    return new Response(await asEvents(guarded, response.headers.get("content-type"), answers), response);
  };
}

/** Where a redirect leads, which the user has to name. */
async function movedTo({ status, headers, body, url }: Response): Promise<string | undefined> {
  const location = headers.get("location");
  if (status < 301 || status > 308 || location === null) return undefined;
  await body?.cancel();
  return URL.parse(location, url)?.href ?? location;
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

function withSettings(body: RequestInit["body"], options: GuardedFetchOptions): RequestInit["body"] {
  const { choices = 1, isStreamed = true, answers } = options;
  if (choices === 1 && isStreamed && answers !== "openai-responses") return body;
  const fields = JSON.parse(String(body)) as Record<string, unknown>;
  // Encrypted reasoning, to be sent back in a next turn: there is none.
  delete fields["include"];
  if (!isStreamed) delete fields["stream_options"];
  return JSON.stringify({
    ...fields,
    ...(isStreamed ? {} : { stream: false }),
    ...(choices > 1 ? { n: choices } : {}),
  });
}

/** What a stream of events begins with, whatever the server calls it. */
const EVENTS = /^(data|event|id|retry)?:/;

/** Also of a document, and of events under another name; rejects with what came instead. */
async function asEvents(
  body: ReadableStream<Uint8Array> | null,
  type: string | null,
  protocol: Protocol,
): Promise<ReadableStream<Uint8Array> | string | null> {
  if (body === null || type?.includes("event-stream") === true) return body;
  const { start, whole } = await begun(body);
  if (EVENTS.test(start)) return whole;
  if (!/^[[{]/.test(start)) {
    await whole.cancel();
    throw noAnswer(type, start);
  }
  const text = (await new Response(whole).text()).trim();
  const document = parsed(text);
  const events = eventsOf(document, protocol);
  if (events !== undefined) return events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
  if (errorIn(document)) throw new ReportedError(text);
  throw noAnswer(type, text);
}

const noAnswer = (type: string | null, start: string): WireError =>
  new WireError(
    "no-answer",
    `an answer, as events or as one JSON document, found ${type ?? "a body of no type"} that begins ${JSON.stringify(start.slice(0, QUOTED_CHARACTERS))}`,
  );

/** Undefined for what is no JSON, or only its beginning. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The first words that are no white space, and the whole body, still unread. */
async function begun(body: ReadableStream<Uint8Array>) {
  const reader = body.getReader();
  const read: Uint8Array[] = [];
  let start = "";
  while (start.length < "event:".length) {
    const { done, value } = await reader.read();
    if (done) break;
    read.push(value);
    start = (start + Buffer.from(value).toString("utf8")).trimStart();
  }
  const whole = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const value = read.shift() ?? (await reader.read()).value;
      if (value === undefined) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { start, whole };
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
