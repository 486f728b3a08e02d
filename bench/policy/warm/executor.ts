/** Trials of nano-lm in one warm process (worker.ts) that is started again when a program has killed it or does not end. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import type { Outcome } from "../../../src/core/trial.ts";
import type { TrialContext } from "../../../src/executor/context.ts";
import { failure, NO_DIAGNOSTICS } from "../../../src/executor/outcome.ts";
import { wallLimitSeconds } from "../../../src/executor/training-clock.ts";
import type { Executor } from "../../../src/executor/types.ts";
import type { Done, Job } from "./worker.ts";

const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));
/** Programs that one process has seen stay in its memory. */
const JOBS_PER_PROCESS = 400;

export interface WarmExecutors {
  /** An executor of one run; closing it leaves the process for the next. */
  open(context: TrialContext): Executor;
  /** Optimiser steps of every trial so far. */
  readonly steps: readonly number[];
  close(): void;
}

export function warmExecutors(): WarmExecutors {
  let child: ChildProcess | undefined;
  const steps: number[] = [];
  const close = (): void => {
    child?.kill("SIGKILL");
    child = undefined;
  };
  const ask = async (job: Job): Promise<Done | null> => {
    const worker = (child ??= await start());
    return new Promise((resolve) => {
      const settle = (done: Done | null) => {
        clearTimeout(timer);
        worker.removeAllListeners();
        if (done === null) close();
        resolve(done);
      };
      const timer = setTimeout(() => settle(null), 1000 * wallLimitSeconds(job.budget));
      worker.once("message", (done) => settle(done as Done));
      worker.once("exit", () => settle(null));
      worker.send(job);
    });
  };
  const run = async (job: Job): Promise<Outcome> => {
    const done = await ask(job);
    if (done !== null) steps.push(done.steps);
    if (steps.length % JOBS_PER_PROCESS === 0) close();
    if (done === null) return failure("timed-out", "the program ended its process or did not end");
    const diagnostics = { ...NO_DIAGNOSTICS, trainSeconds: done.trainSeconds };
    if (done.scores === null) return failure("crashed", done.reason, diagnostics);
    const { val_bpb: value = Number.NaN, ...metrics } = done.scores;
    if (!Number.isFinite(value)) return failure("crashed", `expected a finite score, found ${value}`, diagnostics);
    return { status: "scored", score: value, reason: "", selfReported: false, metrics, diagnostics };
  };
  return {
    steps,
    close,
    open: ({ folder, task: { budget } }) => ({
      run: ({ files, seed }) => run({ folder, program: files["train.ts"] ?? "", seed, budget }),
      holdout: () => Promise.reject(new Error("nano-lm has no holdout")),
      close: () => Promise.resolve(),
    }),
  };
}

/** Resolves when the worker listens: on a busy machine its start may take longer than a trial. */
async function start(): Promise<ChildProcess> {
  const child = fork(WORKER, {
    execArgv: ["--permission", "--allow-addons", "--allow-fs-read=*", "--disable-warning=SecurityWarning"],
    serialization: "advanced",
  });
  const ended = once(child, "exit").then(() => Promise.reject(new Error("the worker ended before it listened")));
  await Promise.race([once(child, "message"), ended]);
  child.removeAllListeners();
  return child;
}
