/**
 * The worker's process: started with a token that nobody else knows, at a socket in a folder that nobody else can open, and ended
 * with everything that it started, also when strop dies.
 */
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { messageOf, StropError } from "../../core/errors.ts";
import { printable } from "../../core/printable.ts";
import { createGuardian } from "../../sandbox/processes/guardian.ts";
import { killIfAlive } from "../../sandbox/processes/orphans.ts";
import { spawnClean } from "../../sandbox/processes/spawn-clean.ts";
import { type Connection, connectTo, Disconnected, parsed } from "./connection.ts";
import { inTime, lastWords } from "./in-time.ts";
import { envelope, PROTOCOL } from "./protocol.ts";

export interface WorkerProcess {
  readonly connection: Connection;
  readonly pid: number;
  /** The last that it wrote on standard error, for when it failed. */
  log(): string;
  /** Ends it at once: what it has to keep is on the disk. */
  kill(): void;
}

export interface WorkerOptions {
  /** What to run; `--socket PATH` is added. Default: the trainer that comes with strop. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Wall milliseconds until it listens: importing PyTorch takes a while. Default: five minutes. */
  readonly startMs?: number;
  /** Bytes of a reply. */
  readonly longestLine?: number;
}

const LOG = 4_000;

/** The Python package, beside src/ and dist/ alike. */
const PACKAGE = fileURLToPath(new URL("../../../trainer/src", import.meta.url));

export const trainerCommand = (python: string): readonly string[] => [python, "-m", "strop_trainer"];

/**
 * Rejects with StropError `trainer.not-started`, with `Disconnected` when it dies once it listens, and with the signal's reason when
 * that is aborted.
 */
export async function startWorker(options: WorkerOptions): Promise<WorkerProcess> {
  const { command, signal, startMs = 300_000, longestLine } = options;
  signal.throwIfAborted();
  const folder = mkdtempSync(join(tmpdir(), "strop-trainer-"));
  const socket = join(folder, "socket");
  const token = randomBytes(32).toString("hex");
  const guardian = createGuardian();
  const child = spawnClean([...command, "--socket", socket], {
    env: workerEnvironment(options.env),
    stdio: ["pipe", "pipe", "pipe"],
  });
  let log = "";
  child.stderr?.on("data", (chunk: Buffer) => (log = (log + chunk.toString()).slice(-LOG)));
  if (child.pid !== undefined) guardian.add(child.pid);
  const said = (): string => printable(log).trim();
  let connection: Connection | undefined;
  const kill = (): void => {
    connection?.close();
    if (child.pid !== undefined) {
      if (child.exitCode === null && child.signalCode === null) killIfAlive(-child.pid);
      guardian.remove(child.pid);
    }
    guardian.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    // It may end without having read; how it ended tells more than the broken pipe.
    child.stdin?.on("error", () => undefined).write(`${token}\n`);
    await listening(child, AbortSignal.any([signal, AbortSignal.timeout(startMs)]));
    connection = await connectTo(socket, longestLine);
    await inTime(connection.ask("hello", { token, protocol: PROTOCOL }), { signal, requestMs: startMs });
    return { connection, pid: child.pid as number, kill, log: said };
  } catch (cause) {
    kill();
    signal.throwIfAborted();
    if (cause instanceof Disconnected) throw cause;
    throw notStarted(command, cause, said());
  }
}

/** The user's own, since the worker is the user's own tool; it finds strop's package and writes nothing beside it. */
function workerEnvironment(env: WorkerOptions["env"]): Record<string, string> {
  const set = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const path = [PACKAGE, env["PYTHONPATH"]].filter(Boolean).join(":");
  return {
    ...Object.fromEntries(set),
    PYTHONPATH: path,
    PYTHONDONTWRITEBYTECODE: "1",
    TOKENIZERS_PARALLELISM: "false",
  };
}

/** Until its first line says that it listens. */
async function listening(child: ChildProcess, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let said = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    if (said.includes("\n")) return;
    said = (said + chunk.toString()).slice(0, 10_000);
    if (said.includes("\n")) readFirstLine(said, { resolve, reject });
  });
  child.once("error", reject);
  child.once("exit", (code, name) => reject(new Error(`it ended with ${code ?? name}`)));
  const abort = (): void => reject(new Error("it did not listen in time"));
  signal.addEventListener("abort", abort);
  try {
    await promise;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function readFirstLine(
  said: string,
  { resolve, reject }: { resolve: () => void; reject: (reason: Error) => void },
): void {
  const line = said.split("\n")[0] as string;
  if (line.startsWith('{"listening":')) resolve();
  else reject(new Error(printable(reportedIn(line) ?? line).slice(0, 400)));
}

function reportedIn(line: string): string | undefined {
  const read = envelope.shape.error.safeParse((parsed(line) as { error?: unknown } | undefined)?.error);
  return read.data?.message;
}

function notStarted(command: readonly string[], cause: unknown, log: string): StropError {
  const found = `${messageOf(cause)}${lastWords(log)}`;
  return new StropError("trainer.not-started", `expected \`${command.join(" ")}\` to start, found: ${found}`, {
    hint: "install torch, transformers and peft for a Python (trainer/README.md), and name it with --policy-option python=…",
    cause,
  });
}
