import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { runTask } from "../../../src/loop/research/run-task.ts";
import { loadTask } from "../../../src/workspace/load-task.ts";
import { type MadeTask, makeTask } from "../make-task.ts";
import { eventsOf } from "../read-run.ts";

/** Its score is the number of files that it sees; frozen, so that no edit counts otherwise. */
const COUNTS = `
import { readdirSync } from "node:fs";
export const files = readdirSync(".", { recursive: true });
`;
const TRAIN = `
import { files } from "./count.mjs";
const width = 8;
console.log("score: " + files.length, width);
`;

const countingTask = (files: Record<string, string> = {}): MadeTask =>
  makeTask({
    "src/count.mjs": COUNTS,
    "src/train.mjs": TRAIN,
    "data/a.txt": "a",
    ...files,
    "strop.config.json": {
      program: "src/train.mjs",
      run: ["node", "src/train.mjs"],
      metric: { name: "score", direction: "maximize", deterministic: true },
      budget: { trainSeconds: 20, startupSeconds: 20, memory: "800MB" },
      proposer: "random",
    },
  });

interface Ran {
  readonly scores: ReadonlySet<number | null | undefined>;
  readonly notes: readonly string[];
}

/** Goes on until so many trials are done; `meddle` is called as each starts. */
async function ran(
  { folder }: MadeTask,
  trials: number,
  meddle: (trial: number) => void = () => undefined,
): Promise<Ran> {
  const notes: string[] = [];
  await runTask(await loadTask(folder, { stop: { trials } }), {
    tier: "none",
    observer: { note: (text) => void notes.push(text), trialStarted: ({ trial }) => meddle(trial) },
  });
  const scores = eventsOf(folder).map((event) => (event.type === "trial.finished" ? event.outcome.score : undefined));
  return { scores: new Set(scores.filter((score) => score !== undefined)), notes };
}

test("a file that appears beside the program while a run goes on is seen by no trial, and told of once", async () => {
  const task = countingTask();
  const { scores: before } = await ran(task, 1);
  expect(before.size).toBe(1);
  const { scores, notes } = await ran(task, 5, (trial) => {
    writeFileSync(join(task.folder, "plot.png"), `${trial}`);
    writeFileSync(join(task.folder, "src/helper.mjs"), `${trial}`);
    mkdirSync(join(task.folder, "figures/late"), { recursive: true });
    writeFileSync(join(task.folder, "figures/late/b.png"), `${trial}`);
  });
  expect(scores).toEqual(before);
  const told = notes.filter((note) => note.includes("new since the run started")).join();
  for (const path of ["plot.png", "src/helper.mjs", "figures"]) expect(told.split(path)).toHaveLength(2);
});

test("a run goes on beside what has come since it started, and without it", async () => {
  const task = countingTask();
  const { scores: before } = await ran(task, 2);
  writeFileSync(join(task.folder, "plot.png"), "p");
  mkdirSync(join(task.folder, "figures"));
  const { scores, notes } = await ran(task, 4);
  expect(scores).toEqual(before);
  expect(notes).toContainEqual(expect.stringMatching(/^figures, plot\.png are new since the run started/));
  expect(eventsOf(task.folder).filter(({ type }) => type === "run.resumed")).toHaveLength(1);
  // What was empty when the session began, and was not there when the run did.
  writeFileSync(join(task.folder, "figures/a.png"), "a");
  expect((await ran(task, 6)).scores).toEqual(before);
});

test.each([
  ["changes", (folder: string) => appendFileSync(join(folder, "data/a.txt"), "b"), "data/a.txt"],
  ["goes", (folder: string) => rmSync(join(folder, "data/a.txt")), "data/a.txt"],
  ["comes where trials would see it", (folder: string) => writeFileSync(join(folder, "data/b.txt"), ""), "data/b.txt"],
])("what was there still ends a run when something %s, at once and the next time", async (_what, meddle, path) => {
  const task = countingTask();
  const changed = { code: "environment.changed", message: expect.stringContaining(`changes in ${path}`) };
  const meddling = (trial: number) => {
    writeFileSync(join(task.folder, "plot.png"), "");
    if (trial === 2) meddle(task.folder);
  };
  await expect(ran(task, 5, meddling)).rejects.toMatchObject(changed);
  await expect(ran(task, 5)).rejects.toMatchObject(changed);
});

test("a file that a program made in the task's folder is shown to no trial after it", async () => {
  const task = countingTask();
  const smuggled = join(task.folder, "answers.json");
  // Unconfined, a program can write where it likes.
  appendFileSync(
    join(task.folder, "src/train.mjs"),
    `(await import("node:fs")).writeFileSync(${JSON.stringify(smuggled)}, "42");\n`,
  );
  const { scores, notes } = await ran(task, 4);
  expect(scores.size).toBe(1);
  expect(notes).toContainEqual(expect.stringMatching(/^answers\.json is new/));
});
