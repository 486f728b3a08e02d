/**
 * One module job over an already started Deno loader: sends the program, answers its calls, and believes nothing it
 * says. Every call reaches its host function in the order of arrival and before anything is awaited, so that a
 * budget which is reserved there cannot be outrun.
 */
import type { Writable } from "node:stream";

import { fieldsOf, type Json, type JsonObject } from "../../core/json.ts";
import { messageOf } from "../../core/errors.ts";
import { FRAME, type Frame, ProtocolError, createFrameReader, encodeFrame } from "./frames.ts";
import { type Ending, type Launched, type Supervision, supervise } from "../limits/supervise.ts";
import type { HostFunction, ModuleExecution, ModuleJob } from "../types.ts";

/** Calls that may wait for their answers at once; more are left in the pipe until some are answered. */
const CONCURRENT_CALLS = 256;
/** Answers that the module has not read. */
const UNREAD_BYTES = 64 * 1024 * 1024;

/** Contract: `launched` is a loader that has not been given a program yet. It gets it when all of `leaving` have ended. */
export function runModule(
  job: ModuleJob,
  launched: Launched,
  leaving: readonly Promise<unknown>[] = [],
): ModuleExecution {
  const stdin = launched.child.stdin as Writable;
  // A module that ended does not read its answers; its end says why.
  stdin.on("error", () => {});
  const read = createFrameReader(Math.max(job.limits.diskBytes, 1024 * 1024), (frame) => receive(frame));
  const supervision = supervise(launched, {
    job,
    onStdout: (chunk) => guarded(supervision, () => read(chunk)),
    onExit: describeEarlyExit,
  });
  const answer = createAnswerer(job, { launched, stdin, supervision });
  const receive = (frame: Frame) => {
    // The rest of a chunk that also held the result, or the reason to end.
    if (supervision.isEnding()) return;
    if (frame.kind === FRAME.call) answer(frame);
    else if (frame.kind === FRAME.output)
      supervision.output(frame.json === "stderr" ? "stderr" : "stdout", frame.bytes ?? new Uint8Array());
    else if (frame.kind === FRAME.result) supervision.end({ exitCode: 0, reason: "", value: frame.json });
    else fail(supervision, frame);
  };
  if (leaving.length === 0) sendProgram(stdin, job);
  else void Promise.all(leaving).then(() => supervision.isEnding() || sendProgram(stdin, job));
  return supervision;
}

function guarded(supervision: Supervision, work: () => void): void {
  if (supervision.isEnding()) return;
  try {
    work();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    supervision.end({ exitCode: null, killed: "protocol", reason: `broke the protocol: ${error.message}` });
  }
}

function sendProgram(stdin: Writable, job: ModuleJob): void {
  stdin.cork();
  for (const [name, bytes] of Object.entries(job.blobs)) write(stdin, FRAME.blob, name, bytes);
  write(stdin, FRAME.start, job.input, Buffer.from(job.source, "utf8"));
  stdin.uncork();
}

function write(stdin: Writable, kind: number, json: Json, bytes?: Uint8Array): void {
  stdin.write(encodeFrame(kind, json, bytes));
  if (bytes !== undefined) stdin.write(bytes);
}

interface Answerer {
  readonly launched: Launched;
  readonly stdin: Writable;
  readonly supervision: Supervision;
}

function createAnswerer(job: ModuleJob, { launched, stdin, supervision }: Answerer): (frame: Frame) => void {
  const functions = new Map<string, HostFunction>(Object.entries(job.functions));
  const stdout = launched.child.stdout;
  let lastId = 0;
  let waiting = 0;
  const reply = (id: number, content: JsonObject) => {
    waiting -= 1;
    if (waiting < CONCURRENT_CALLS) stdout?.resume();
    if (supervision.isEnding() || !stdin.writable) return;
    write(stdin, FRAME.reply, { id, ...content });
    if (stdin.writableLength > UNREAD_BYTES) throw new ProtocolError("left its answers unread");
  };
  return (frame) => {
    const { id, name, argument } = callOf(frame.json);
    // The loader numbers its calls 1, 2, 3 …: anything else is a forged or repeated call.
    if (id !== lastId + 1) throw new ProtocolError(`expected call number ${lastId + 1}, found ${id}`);
    lastId = id;
    waiting += 1;
    if (waiting >= CONCURRENT_CALLS) stdout?.pause();
    const wanted = functions.get(name);
    if (wanted === undefined) {
      reply(id, {
        error: `expected one of ${[...functions.keys()].join(", ") || "no functions"}, found ${name.slice(0, 100)}`,
      });
      return;
    }
    const settle = (content: JsonObject) => guarded(supervision, () => reply(id, content));
    // Called here and now: what it reserves before its first await is reserved in the order of arrival.
    attempt(wanted, argument, frame.bytes).then(
      (value) => settle({ value }),
      (error: unknown) => settle({ error: messageOf(error) }),
    );
  };
}

async function attempt(wanted: HostFunction, argument: Json, bytes: Uint8Array | undefined): Promise<Json> {
  return (await wanted(argument, bytes)) ?? null;
}

function callOf(json: Json): { id: number; name: string; argument: Json } {
  const { id, name, argument } = fieldsOf(json);
  if (typeof id !== "number" || typeof name !== "string" || argument === undefined) {
    throw new ProtocolError("expected a call with a number, a name and an argument");
  }
  return { id, name, argument };
}

/** What the default export threw; it appears in the output like an uncaught error, and its first line is the reason. */
function fail(supervision: Supervision, frame: Frame): void {
  if (typeof frame.json !== "string") throw new ProtocolError("expected a failure's message as text");
  supervision.output("stderr", Buffer.from(`${frame.json}\n`));
  supervision.end({ exitCode: 1, reason: frame.json.split("\n", 1)[0]?.slice(0, 500) || "failed without a message" });
}

function describeEarlyExit(exitCode: number | null, signal: string | null): Ending {
  if (exitCode === null) return { exitCode, reason: `ended by ${signal ?? "a signal"} before the module returned` };
  return { exitCode: exitCode || 1, reason: `ended with exit code ${exitCode} before the module returned` };
}
