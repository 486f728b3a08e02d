/**
 * A language model provider for tests: a real HTTP server on loopback that speaks both OpenAI protocols and those of
 * Anthropic and Gemini, answers from a script, remembers what it was asked and fails in every way that real ones do.
 */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { messageOf } from "../core/errors.ts";
import { anthropicWire } from "./model-server/anthropic.ts";
import { errorAnswer } from "./model-server/errors.ts";
import { geminiWire } from "./model-server/gemini.ts";
import { openaiWire } from "./model-server/openai.ts";
import { readRequest } from "./model-server/read-request.ts";
import { responsesWire } from "./model-server/responses.ts";
import type { Answer, Fault, Protocol, ReceivedRequest, Script, ScriptedAnswer, Wire } from "./model-server/types.ts";
import { promptTokens } from "./model-server/usage.ts";

export type { Answer, Fault, ReceivedRequest, Script, ScriptedAnswer } from "./model-server/types.ts";

export interface ModelServerOptions {
  /** A function of the request; or answers in order, of which the last repeats. Default: `ok`. */
  readonly answer?: Answer | readonly Answer[] | Script;
  /** Names that exist; others get the provider's 404. Default: every name exists, and `test-model` is listed. */
  readonly models?: readonly string[];
  /** Requests without this key get the provider's 401. */
  readonly apiKey?: string;
  /** Prompts of more lexical tokens get the provider's error. */
  readonly contextTokens?: number;
}

export interface ModelServer {
  /** `http://127.0.0.1:PORT`, no path. */
  readonly url: string;
  /** Every request so far, lists of models included. */
  readonly requests: readonly ReceivedRequest[];
  /** TCP connections that are open now, idle ones included. */
  connections(): number;
  /** Requests that have not been answered to the end. */
  unanswered(): number;
  /** Ends every connection. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Listens on a free port of 127.0.0.1 until `close`, or the end of an `await using`. Rejects only when it cannot listen. */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const requests: ReceivedRequest[] = [];
  const sockets = new Set<Socket>();
  const script = toScript(options.answer ?? "ok");
  let unanswered = 0;
  let asked = 0;
  const server = createServer((message, response) => {
    unanswered += 1;
    response.once("close", () => (unanswered -= 1));
    const serve = async () => {
      const request = await readRequest(message);
      requests.push(request);
      if (request.protocol === "list") return listModels(response, options.models);
      if (request.protocol === "unknown") return send(response, { status: 404, body: "404 page not found" });
      const refused = refusal(request, options);
      const answer = refused ?? (await script(request, asked++));
      await play({ response, request, protocol: request.protocol }, answer);
    };
    serve().catch((thrown: unknown) => {
      if (!response.headersSent) send(response, { status: 500, body: messageOf(thrown) });
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connections: () => sockets.size,
    unanswered: () => unanswered,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function toScript(answer: Answer | readonly Answer[] | Script): Script {
  if (typeof answer === "function") return answer;
  const answers = Array.isArray(answer) ? (answer as readonly Answer[]) : [answer as Answer];
  return (_, index) => answers[Math.min(index, answers.length - 1)] ?? "";
}

/** What the server itself objects to, before any script. */
function refusal(request: ReceivedRequest, options: ModelServerOptions): Answer | undefined {
  const { authorization, "x-api-key": key, "x-goog-api-key": googleKey } = request.headers;
  const offered = [authorization?.replace(/^Bearer /, ""), key, googleKey];
  if (options.apiKey !== undefined && !offered.includes(options.apiKey)) return failing("unauthorized");
  if (options.models?.includes(request.model) === false) return failing("unknown-model");
  if (promptTokens(request) > (options.contextTokens ?? Infinity)) return failing("context-overflow");
  return undefined;
}

const failing = (error: (Fault & { kind: "error" })["error"]): ScriptedAnswer => ({ fault: { kind: "error", error } });

interface Call {
  readonly response: ServerResponse;
  readonly request: ReceivedRequest;
  readonly protocol: Protocol;
}

const WIRES: Readonly<Record<Protocol, (request: ReceivedRequest, answer: ScriptedAnswer) => Wire>> = {
  openai: openaiWire,
  responses: responsesWire,
  anthropic: anthropicWire,
  gemini: geminiWire,
};

async function play(call: Call, scripted: Answer): Promise<void> {
  const answer = typeof scripted === "string" ? { text: scripted } : scripted;
  const { fault } = answer;
  const { response, request, protocol } = call;
  switch (fault?.kind) {
    case "reset":
      response.socket?.destroy();
      return;
    case "status":
      return send(response, { body: "", ...fault });
    case "body":
      return send(response, { status: 200, body: fault.body, contentType: fault.contentType });
    case "error": {
      const about = { model: request.model, parameter: fault.parameter ?? "temperature" };
      const headers: Record<string, string> = fault.retryAfter === undefined ? {} : { "retry-after": fault.retryAfter };
      return send(response, { ...errorAnswer(protocol, fault.error, about), headers });
    }
    default: {
      const asked = answer.isOneBody === true ? { ...request, isStream: false } : request;
      return sendPieces(response, WIRES[protocol](asked, answer), answer);
    }
  }
}

async function sendPieces(response: ServerResponse, wire: Wire, answer: ScriptedAnswer): Promise<void> {
  const { fault, chunkDelayMs = 0 } = answer;
  const allowed = fault?.kind === "cut" || fault?.kind === "stall" ? fault.afterCharacters : Infinity;
  if (fault?.kind === "stall" && allowed === 0) return;
  response.writeHead(200, { "content-type": wire.contentType });
  let sent = 0;
  for (const { data, characters } of wire.pieces) {
    if (response.destroyed) return;
    if (characters > 0 && sent + characters > allowed) return interrupt(response, fault!);
    sent += characters;
    if (!response.write(data)) await room(response);
    if (chunkDelayMs > 0 && characters > 0) await sleep(chunkDelayMs);
  }
  if (allowed === Infinity) response.end();
  else await interrupt(response, fault!);
}

/** Until more can be written, or nobody reads any more. */
const room = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });

async function interrupt(response: ServerResponse, fault: Fault): Promise<void> {
  // What was written must reach the client first, or the cut would look like a reset.
  if (fault.kind === "cut") await sleep(50).then(() => response.socket?.destroy());
}

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType?: string | undefined;
}

function send(response: ServerResponse, { status, body, headers = {}, contentType = "application/json" }: Reply): void {
  response.writeHead(status, { "content-type": contentType, ...headers }).end(body);
}

function listModels(response: ServerResponse, models: readonly string[] = ["test-model"]): void {
  const data = models.map((id) => ({ id, object: "model", type: "model" }));
  send(response, { status: 200, body: JSON.stringify({ object: "list", data }) });
}
