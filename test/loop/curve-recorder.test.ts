import { writeFileSync } from "node:fs";
import { join } from "node:path";

import Database from "better-sqlite3";
import { expect, test } from "vitest";

import { curveRecorder } from "../../src/loop/curve-recorder.ts";
import { runTask } from "../../src/loop/research/run-task.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import { quadraticTask } from "./make-task.ts";
import { readRun } from "./read-run.ts";

const points = Array.from({ length: 200 }, (_, seconds) => ({ seconds, loss: 1 }));

test("a curve that cannot be written is no fault of the program that reports it: the end says so", () => {
  const recorder = curveRecorder(() => {
    throw new Error("disk full");
  });
  for (const point of points) recorder.add(point);
  expect(() => recorder.flush()).toThrow("disk full");
});

test("a trial is scored with its whole curve although another program held the journal for a while", async () => {
  const task = quadraticTask({ stop: { trials: 1 } });
  const chatty = `export default async function train(trial) {
    for (let step = 1; step <= 200; step++) await trial.report({ step, loss: 1 });
    return { score: 1 };
  }`;
  writeFileSync(join(task.folder, "train.ts"), chatty);
  const other = { db: undefined as Database.Database | undefined, seen: 0 };
  const curvePoint = () => {
    other.seen += 1;
    if (other.seen === 1)
      other.db = new Database(join(task.folder, ".strop/runs/run-001/journal.db")).exec("BEGIN IMMEDIATE");
    if (other.seen === 100) other.db?.close();
  };
  const { state } = await runTask(await loadTask(task.folder), { tier: "deno", observer: { curvePoint } });
  expect(state.counts).toMatchObject({ scored: 1, crashed: 0 });
  expect(readRun(task.folder, (journal) => journal.curve(0))).toHaveLength(200);
}, 120_000);
