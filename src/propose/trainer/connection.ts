/** Lines of JSON over a local socket: one question, one reply. What comes back is bounded in length and checked in form. */
import { connect, type Socket } from "node:net";

import { StropError } from "../../core/errors.ts";
import { printable } from "../../core/printable.ts";
import { envelope, LONGEST_LINE } from "./protocol.ts";

export interface Connection {
  /**
   * The reply's result. Rejects with a StropError `trainer.<code>` for an error that the worker reports, `trainer.bad-reply` for
   * what is no reply, and with `Disconnected` when the connection ends first. Contract: one question at a time.
   */
  ask(method: string, params: object): Promise<unknown>;
  close(): void;
}

/** The worker is gone, or was never there; asking another one can help. */
export class Disconnected extends Error {
  override readonly name = "Disconnected";
}

interface Waiting {
  readonly id: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: Error) => void;
}

/** Rejects with `Disconnected`. `longestLine`: bytes of a reply. */
export async function connectTo(path: string, longestLine = LONGEST_LINE): Promise<Connection> {
  const socket = await connected(path);
  let waiting: Waiting | undefined;
  let next = 0;
  let over: Error | undefined;
  const end = (reason: Error): void => {
    over ??= reason;
    socket.destroy();
    waiting?.reject(over);
    waiting = undefined;
  };
  readLines(socket, {
    longestLine,
    end,
    line: (text) => {
      const asked = waiting;
      waiting = undefined;
      if (asked === undefined) end(badReply("silence", text));
      else settle(asked, text, end);
    },
  });
  socket.on("error", (cause) => end(new Disconnected(cause.message)));
  socket.on("close", () => end(new Disconnected("the connection was closed")));
  return {
    ask: (method, params) =>
      new Promise((resolve, reject) => {
        if (over !== undefined) return reject(over);
        if (waiting !== undefined) return reject(new Error("expected one question at a time, found two"));
        waiting = { id: next++, resolve, reject };
        socket.write(`${JSON.stringify({ id: waiting.id, method, params })}\n`);
      }),
    close: () => end(new Disconnected("the connection was closed")),
  };
}

const connected = (path: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("error", (cause) => reject(new Disconnected(cause.message)));
    socket.once("connect", () => {
      socket.removeAllListeners("error");
      resolve(socket);
    });
  });

interface Reading {
  readonly longestLine: number;
  readonly line: (text: string) => void;
  readonly end: (reason: Error) => void;
}

function readLines(socket: Socket, { longestLine, line, end }: Reading): void {
  let parts: Buffer[] = [];
  let bytes = 0;
  socket.on("data", (chunk: Buffer) => {
    let rest = chunk;
    for (let at = rest.indexOf(10); at !== -1; at = rest.indexOf(10)) {
      const whole = Buffer.concat([...parts, rest.subarray(0, at)]);
      [parts, bytes, rest] = [[], 0, rest.subarray(at + 1)];
      line(whole.toString("utf8"));
    }
    parts.push(rest);
    bytes += rest.length;
    if (bytes > longestLine) end(badReply(`a line of at most ${longestLine} bytes`, `${bytes} bytes and no end`));
  });
}

function settle({ id, resolve, reject }: Waiting, text: string, end: (reason: Error) => void): void {
  const read = envelope.safeParse(parsed(text));
  if (!read.success || read.data.id !== id || "result" in read.data === "error" in read.data) {
    const reason = badReply(`a reply to question ${id}`, text);
    reject(reason);
    return end(reason);
  }
  const { result, error } = read.data;
  if (error === undefined) return resolve(result);
  const code = /^[a-z-]+(?:\.[a-z-]+)*$/.test(error.code) ? error.code : "error";
  const hint = error.hint ? { hint: printable(error.hint) } : {};
  reject(new StropError(`trainer.${code}`, `the trainer's worker: ${printable(error.message)}`, hint));
}

/** Undefined for what is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

/** For a reply that is not what the protocol says. */
export const badReply = (expected: string, found: string): StropError =>
  new StropError(
    "trainer.bad-reply",
    `expected ${expected} from the trainer's worker, found ${JSON.stringify(printable(found).slice(0, 200))}`,
    { hint: "use the trainer that comes with this strop, unchanged" },
  );
