/**
 * Holds one running job to its limits and turns its end into a JobResult. The first reason to end wins; whatever
 * happens afterwards is ignored. Knows nothing about how the process was started or what it speaks.
 */
import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";

import type { Json } from "../../core/json.ts";
import { messageOf } from "../../core/errors.ts";
import { LONGEST_TIMER_MS } from "../../core/timer.ts";
import { createOutputCollector, type StreamName } from "./output-collector.ts";
import type { JobBase, JobResult, KillReason, ModuleExecution } from "../types.ts";
import { watch } from "./watchdog.ts";

/** A started process that can be measured and ended with everything below it. */
export interface Launched {
  readonly child: ChildProcess;
  readonly overheadProcesses: number;
  /** SIGKILL to the whole tree. May be called often. */
  kill(): void;
  /** Resolves when no process of it is left; called after the child has ended. */
  gone(): Promise<void>;
}

/** How a job ends, if not by itself. */
export interface Ending {
  readonly exitCode: number | null;
  readonly signal?: string | null;
  readonly killed?: KillReason;
  readonly reason: string;
  readonly value?: Json;
}

export interface Supervision extends ModuleExecution {
  end(ending: Ending): void;
  /** Whether it is already settled how the job ends. */
  isEnding(): boolean;
  output(stream: StreamName, bytes: Uint8Array): void;
}

export interface SuperviseOptions {
  readonly job: JobBase;
  readonly workFolder?: string;
  /** Takes stdout in place of the output collector. */
  readonly onStdout?: (chunk: Buffer) => void;
  /** What an end by itself means, in place of its exit code. */
  readonly onExit?: (exitCode: number | null, signal: string | null) => Ending;
}

/** Output that is still on its way when the tree is dead arrives within this time or never. */
const DRAIN_MS = 1000;

export function supervise(launched: Launched, options: SuperviseOptions): Supervision {
  const { job } = options;
  const { child } = launched;
  const startedAt = performance.now();
  const returned = Promise.withResolvers<JobResult>();
  let ending: Ending | undefined;
  const end = (next: Ending) => {
    const isFirst = ending === undefined;
    ending ??= next;
    // A value is all that was waited for. Measured before the kill, as the process cannot be measured after it.
    if (isFirst && next.value !== undefined) returned.resolve(conclude(next, null));
    launched.kill();
  };
  const kill = (killed: KillReason, reason: string) => end({ exitCode: null, killed, reason });
  const collector = createOutputCollector(job.limits.outputBytes, job.onOutput, (bytes) =>
    kill("output", `printed ${bytes} bytes, ${job.limits.outputBytes} are allowed`),
  );
  const onAbort = () => kill("aborted", `aborted: ${messageOf(job.signal?.reason)}`);
  const wallTimer = outOfTime(job, child, (reason) => kill("wall", reason));
  const watchdog = watch(child.pid ?? 0, {
    limits: job.limits,
    overheadProcesses: launched.overheadProcesses,
    workFolder: options.workFolder,
    onExceeded: kill,
  });
  child.stdout?.on("data", options.onStdout ?? ((chunk: Buffer) => collector.add("stdout", chunk)));
  child.stderr?.on("data", (chunk: Buffer) => {
    if (ending?.value === undefined) collector.add("stderr", chunk);
  });
  if (job.signal?.aborted === true) onAbort();
  job.signal?.addEventListener("abort", onAbort, { once: true });

  /** Stops measuring; what is printed later is not heard. */
  const conclude = (own: Ending, signal: string | null): JobResult => {
    const { cpuSeconds } = watchdog.usage(0);
    clearTimeout(wallTimer);
    watchdog.stop();
    job.signal?.removeEventListener("abort", onAbort);
    collector.end();
    return {
      exitCode: own.exitCode,
      signal: own.exitCode === null ? (own.signal ?? signal) : null,
      killed: own.killed,
      reason: own.reason,
      value: own.value,
      wallSeconds: (performance.now() - startedAt) / 1000,
      cpuSeconds,
      peakMemoryBytes: watchdog.peakMemoryBytes(),
      outputTail: collector.tail(),
    };
  };
  const result = ended(launched).then(async ({ exitCode, signal, error }) => {
    const own = ending ?? neverStarted(error) ?? (options.onExit ?? describeExit)(exitCode, signal);
    const concluded = own.value === undefined ? conclude(own, signal) : returned.promise;
    await launched.gone();
    returned.resolve(concluded);
    return concluded;
  });
  return {
    result,
    returned: returned.promise,
    end,
    isEnding: () => ending !== undefined,
    usage: watchdog.usage,
    output: (stream, bytes) => collector.add(stream, bytes),
  };
}

/** Speaks once the wall seconds are over. While strop itself was stopped (Ctrl-Z) a job may have ended in time, and that is heard after the timer. */
function outOfTime({ limits }: JobBase, child: Launched["child"], say: (reason: string) => void): NodeJS.Timeout {
  const look = () => {
    if (child.exitCode === null && child.signalCode === null) say(`ran longer than ${limits.wallSeconds} s`);
  };
  return setTimeout(() => setImmediate(look), Math.min(limits.wallSeconds * 1000, LONGEST_TIMER_MS));
}

const neverStarted = (error: Error | undefined): Ending | undefined =>
  error && { exitCode: null, reason: `could not be started: ${error.message}` };

export function describeExit(exitCode: number | null, signal: string | null): Ending {
  if (exitCode === null) return { exitCode, signal, reason: `ended by ${signal ?? "an unknown signal"}` };
  return { exitCode, reason: exitCode === 0 ? "" : `exited with code ${exitCode}` };
}

interface ChildEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly error: Error | undefined;
}

/** Waits for `close`, not `exit`: at `exit` output may still be on its way. A pipe that somebody else holds open is cut. */
function ended({ child, kill }: Launched): Promise<ChildEnd> {
  return new Promise((resolve) => {
    let error: Error | undefined;
    child.once("error", (thrown) => {
      error = thrown;
      if (child.pid === undefined) resolve({ exitCode: null, signal: null, error });
    });
    child.once("exit", () => {
      kill();
      const cut = setTimeout(() => {
        for (const stream of child.stdio) (stream as Readable | null)?.destroy();
      }, DRAIN_MS);
      child.once("close", () => clearTimeout(cut));
    });
    child.once("close", (exitCode, signal) => resolve({ exitCode, signal, error }));
  });
}
