/** Runs the command line as a user does: a process of its own, its output, its exit code. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Reads no more of stderr, as a program at the other end of a pipe that has ended. */
  turnAway(): void;
  /** Resolves when stderr has matched the pattern; rejects if the process ends before that. */
  saw(pattern: RegExp): Promise<void>;
  /** What stdout has had until now. */
  printed(): string;
  readonly ended: Promise<Ran>;
}

/** The keys and addresses of whoever runs the tests are none of their business. */
const bare = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/API_KEY|_BASE_URL|OLLAMA|^STROP_|^npm_/.test(name)),
  );

export function start(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Started {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...bare(), NO_COLOR: "1", ...env },
  });
  let [stdout, stderr] = ["", ""];
  const waiting: { pattern: RegExp; resolve: () => void; reject: (reason: Error) => void }[] = [];
  const check = () => {
    for (const one of waiting) if (one.pattern.test(stderr)) one.resolve();
  };
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    check();
  });
  const ended = new Promise<Ran>((resolve) => {
    child.on("close", (code, signal) => {
      for (const one of waiting) one.reject(new Error(`ended before ${one.pattern} was seen:\n${stderr}`));
      resolve({ code, signal, stdout, stderr });
    });
  });
  const saw = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      waiting.push({ pattern, resolve, reject });
      check();
    });
  return {
    pid: child.pid ?? -1,
    kill: (signal) => void child.kill(signal),
    turnAway: () => void child.stderr.destroy(),
    saw,
    printed: () => stdout,
    ended,
  };
}

export const strop = (args: readonly string[], cwd: string, env?: NodeJS.ProcessEnv): Promise<Ran> =>
  start(args, cwd, env).ended;
