/**
 * A process that trains and scores one program after another, so that a trial costs hardly more than its training. The clock is strop's own, over this
 * process's CPU seconds. Not a sandbox: for edits that strop's own proposers make of a shipped program, never for a model's.
 */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { messageOf } from "../../../src/core/errors.ts";
import type { Budget } from "../../../src/core/task.ts";
import { startTrainingClock, type TrainingClock } from "../../../src/executor/training-clock.ts";
import type { Evaluation, Scores, Trial } from "../../../src/task.ts";
import { closeSessions } from "./nn.ts";

export interface Job {
  /** Absolute path of nano-lm's folder. */
  readonly folder: string;
  /** Text of train.ts. */
  readonly program: string;
  readonly seed: number;
  readonly budget: Budget;
}

export interface Done {
  /** Null when the program failed, for this reason. */
  readonly scores: Scores | null;
  readonly reason: string;
  readonly steps: number;
  readonly trainSeconds: number;
}

const NN = new URL("nn.ts", import.meta.url).href;
/** By URL: every program is a module of its own, in the place of the task's. */
const programs = new Map<string, string>();

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "strop/nn" ? { url: NN, shortCircuit: true } : next(specifier, context),
  load(url, context, next) {
    const source = programs.get(url);
    return source === undefined ? next(url, context) : { format: "module-typescript", source, shortCircuit: true };
  },
});

function startClock(budget: Budget): TrainingClock {
  const begin = { wall: performance.now(), cpu: process.cpuUsage() };
  return startTrainingClock(budget, () => {
    const { user, system } = process.cpuUsage(begin.cpu);
    const wallSeconds = (performance.now() - begin.wall) / 1000;
    return { wallSeconds, cpuSeconds: (user + system) / 1e6, memoryBytes: 0, peakMemoryBytes: 0 };
  });
}

let jobs = 0;

async function train({ folder, program, seed, budget }: Job, heard: { steps: number; trainSeconds: number }) {
  const url = `${pathToFileURL(join(folder, "train.ts")).href}?job=${++jobs}`;
  programs.set(url, program);
  const { default: main } = (await import(url)) as { default: (trial: Trial) => Promise<void> };
  programs.delete(url);
  const outputs: Record<string, Uint8Array> = {};
  const clock = startClock(budget);
  await main({
    seed,
    trainSeconds: budget.trainSeconds,
    data: dataOf(folder, "data/train.txt"),
    assets: {},
    report: async () => {
      clock.step();
      heard.steps++;
      heard.trainSeconds = clock.elapsedSeconds();
      if (clock.isOver()) throw new Error("the program did not end with its budget");
      return { remainingSeconds: clock.remainingSeconds() };
    },
    save: async (name, bytes) => void (outputs[name] = bytes),
  });
  return outputs;
}

async function score({ folder, seed }: Job, outputs: Evaluation["outputs"]): Promise<Scores> {
  const { default: evaluate } = (await import(pathToFileURL(join(folder, "evaluate.ts")).href)) as {
    default: (evaluation: Evaluation) => Promise<Scores>;
  };
  const measured = { trainSeconds: 0, cpuSeconds: 0, wallSeconds: 0, peakMemoryBytes: 0 };
  return evaluate({ data: dataOf(folder, "data/valid.txt"), assets: {}, outputs, seed, measured });
}

const dataOf = (folder: string, path: string) => ({ [path]: new Uint8Array(readFileSync(join(folder, path))) });

async function run(job: Job): Promise<Done> {
  const heard = { steps: 0, trainSeconds: 0 };
  try {
    return { scores: await score(job, await train(job, heard)), reason: "", ...heard };
  } catch (thrown) {
    return { scores: null, reason: messageOf(thrown), ...heard };
  } finally {
    await closeSessions();
  }
}

async function answer(job: Job): Promise<void> {
  process.send?.(await run(job));
}

process.on("message", (job: Job) => void answer(job));
process.send?.("ready");
