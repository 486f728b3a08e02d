/** One sandbox per test file, a small task whose solutions are obvious, and utilities over it. */
import { afterAll } from "vitest";

import { checkIntegers, markOf } from "../../src/downstream/answers.ts";
import type { Calibration } from "../../src/downstream/calibrate.ts";
import { defineTask, type TaskParts } from "../../src/downstream/define-task.ts";
import { taskUtility, type TaskResult, type TaskUtilityOptions } from "../../src/downstream/task-utility.ts";
import type { DownstreamTask } from "../../src/downstream/types.ts";
import { openSandbox } from "../../src/sandbox/open-sandbox.ts";
import type { Sandbox } from "../../src/sandbox/types.ts";

/** Limits as they are written. */
export const uncalibrated: Calibration = { factor: 1 };

let opened: Promise<Sandbox> | undefined;

export const sandbox = (): Promise<Sandbox> => (opened ??= openSandbox({ needs: ["module"] }));

afterAll(async () => (await opened)?.close());

/** `algorithm(x)` shall return [x + 1]; x is 0, 1, 2 … in the order of the instances, and 900 at most. */
export function plusOne(count: number, parts: Partial<TaskParts<{ x: number }>> = {}): DownstreamTask {
  let x = 0;
  return defineTask<{ x: number }>({
    name: "plus-one",
    description: "[x + 1]",
    seedSolution: "export const algorithm = (x) => [x];",
    limitSeconds: 0.5,
    failureScore: 0,
    counts: { validation: count, test: count },
    draw: () => ({ x: x++ }),
    argumentsOf: (instance) => [instance.x],
    judge: (instance, answer) => markOf(checkIntegers(answer, 1, 1000), ([y]) => (y === instance.x + 1 ? 1 : 0.25)),
    ...parts,
  });
}

/** Scores one solution. */
export async function score(
  task: DownstreamTask,
  solution: string,
  options: Partial<TaskUtilityOptions> = {},
): Promise<TaskResult> {
  const utility = taskUtility({
    task,
    split: "validation",
    seed: 1,
    sandbox: await sandbox(),
    calibration: uncalibrated,
    ...options,
  });
  return utility.score(solution, new AbortController().signal);
}

/** What each instance of a task shows to a solution, as text. */
export const shown = (task: DownstreamTask, split: "validation" | "test", seed: number | string): readonly string[] =>
  task.instances(split, seed).map((instance) => JSON.stringify(instance.arguments));
