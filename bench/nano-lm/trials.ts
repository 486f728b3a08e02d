/** Runs edited versions of nano-lm's program as real trials: bundled, in the sandbox, scored by the frozen evaluator. */
import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Outcome } from "../../src/core/trial.ts";
import { pinEnvironment } from "../../src/executor/context.ts";
import { localExecutor } from "../../src/executor/local.ts";
import { openSandbox } from "../../src/sandbox/open-sandbox.ts";
import { scanEnvironment } from "../../src/workspace/environment.ts";
import { loadTask } from "../../src/workspace/load-task.ts";

const example = fileURLToPath(new URL("../../examples/nano-lm/", import.meta.url));

/** Values by the name of the constant in train.ts, as source text: `{ learningRate: "0.004" }`. */
export type Constants = Readonly<Record<string, string>>;

export interface Job {
  readonly edit: Constants;
  readonly seed: number;
}

export interface Result extends Job {
  readonly outcome: Outcome;
  readonly steps: number;
}

export interface RunOptions {
  readonly trainSeconds: number;
  readonly clock: "wall" | "cpu";
  /** Trials at a time. */
  readonly parallel: number;
  readonly onResult?: (result: Result) => void;
}

/** The program's text with constants replaced; throws when one is not there. */
export function edited(source: string, edit: Constants): string {
  return Object.entries(edit).reduce((text, [name, value]) => {
    const pattern = new RegExp(`^(const ${name} = )("\\w+"|[^ ;]+)`, "m");
    if (!pattern.test(text)) throw new Error(`expected a constant ${name} in train.ts, found none`);
    return text.replace(pattern, (_, start: string) => start + value);
  }, source);
}

/** All jobs, `parallel` at a time, in order of completion. */
export async function runTrials(jobs: readonly Job[], options: RunOptions): Promise<Result[]> {
  const { trainSeconds, clock, parallel } = options;
  const scratch = await mkdtemp(join(tmpdir(), "strop-bench-"));
  // A copy, so that work on the example does not disturb a long bench.
  const [folder, tempFolder] = [join(scratch, "task"), join(scratch, "temp")];
  await mkdir(tempFolder);
  await cp(example, folder, { recursive: true });
  const { task } = await loadTask(folder, { budget: { trainSeconds, clock } });
  const environment = pinEnvironment(folder, task, await scanEnvironment(folder, task));
  const executor = localExecutor({
    task,
    folder,
    tempFolder,
    environment,
    sandbox: await openSandbox({ needs: ["module"] }),
  });
  const source = await readFile(join(folder, "train.ts"), "utf8");
  const results: Result[] = [];
  const queue = [...jobs.entries()];
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, job] = next;
      let steps = 0;
      const outcome = await executor.run({
        files: { "train.ts": edited(source, job.edit) },
        seed: job.seed,
        label: String(index),
        signal: new AbortController().signal,
        onCurve: () => steps++,
      });
      results.push({ ...job, outcome, steps });
      options.onResult?.(results.at(-1)!);
    }
  };
  try {
    await Promise.all(Array.from({ length: parallel }, work));
  } finally {
    await executor.close();
    await rm(scratch, { recursive: true, force: true });
  }
  return results;
}

export const scoresOf = (results: readonly Result[]): number[] =>
  results.flatMap(({ outcome }) => (outcome.score === null ? [] : [outcome.score]));

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Sample standard deviation. */
export function deviation(values: readonly number[]): number {
  const center = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1));
}
