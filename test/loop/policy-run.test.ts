import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import type { Outcome } from "../../src/core/trial.ts";
import type { Executor } from "../../src/executor/types.ts";
import { policyFile, readPolicy } from "../../src/loop/folder/project-policy.ts";
import { runTask, type RunTaskOptions } from "../../src/loop/research/run-task.ts";
import { readNotes } from "../../src/propose/policy/notes.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import { type MadeTask, quadraticTask } from "./make-task.ts";
import { trialsOf } from "./read-run.ts";

const diagnostics = { wallSeconds: 0, trainSeconds: 0, cpuSeconds: 0, peakMemoryBytes: 0, outputTail: "" };

/** Scores a program by its text: what is tested here is what comes between the trials. */
const executor = (): Executor => {
  const run = ({ files }: { readonly files: Readonly<Record<string, string>> }): Promise<Outcome> => {
    const [width, rate] = [/width = (.*);/, /learningRate = (.*);/].map((one) =>
      Number(one.exec(files["train.ts"]!)?.[1]),
    );
    const score = (width! - 3) ** 2 + Math.abs(Math.log10(rate! / 0.02));
    const isScored = Number.isFinite(score);
    return Promise.resolve({
      status: isScored ? "scored" : "crashed",
      score: isScored ? score : null,
      reason: isScored ? "" : "no number",
      selfReported: false,
      metrics: {},
      diagnostics,
    });
  };
  return { run, holdout: run, close: () => Promise.resolve() };
};

const play = async ({ folder }: MadeTask, trials: number, options: RunTaskOptions = {}) =>
  runTask(await loadTask(folder, { stop: { trials } }), { tier: "deno", executor, ...options });

const notesIn = ({ folder }: MadeTask, run: string) =>
  trialsOf(folder, run).flatMap((record) => readNotes(record) ?? []);

test("what the policy learns in a run, over sessions, is what the project's next run begins with", async () => {
  const task = quadraticTask({ proposer: "policy" });
  const strop = join(task.folder, ".strop");
  await play(task, 10);
  await expect(readPolicy(policyFile(strop))).rejects.toMatchObject({ code: "policy.unreadable" });
  await play(task, 20);
  const learned = await readFile(policyFile(strop));
  expect((await readPolicy(policyFile(strop))).metadata).toMatchObject({ learnedIn: "run-001" });
  expect(new Set(notesIn(task, "run-001").map(({ base }) => base)).size).toBe(1);
  expect(notesIn(task, "run-001").some((one) => one.learned !== undefined)).toBe(true);
  await play(task, 2, { fresh: true });
  expect(await readFile(policyFile(join(strop, "runs/run-002")))).toEqual(learned);
  expect(notesIn(task, "run-002")[0]?.base).not.toBe(notesIn(task, "run-001")[0]?.base);
}, 120_000);
