import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { openJournal } from "../../../src/journal/journal.ts";
import { runTask } from "../../../src/loop/research/run-task.ts";
import { loadTask } from "../../../src/workspace/load-task.ts";
import { quadraticTask } from "../make-task.ts";

test("a run that was killed before its first event is begun, not left lying empty", async () => {
  const task = quadraticTask({ stop: { trials: 2 } });
  const folder = join(task.folder, ".strop/runs/run-001");
  mkdirSync(folder, { recursive: true });
  openJournal(join(folder, "journal.db"), { create: true }).close();
  const { state } = await runTask(await loadTask(task.folder), { tier: "deno" });
  expect(state).toMatchObject({ run: "run-001", ended: "all 2 trials done" });
});

test("a run that goes on keeps its seed, and says so where another is given", async () => {
  const task = quadraticTask({ stop: { trials: 1 } });
  const session = async (seed: number, trials: number) => {
    let told = "";
    const observer = { opened: (_: unknown, notes: readonly string[]) => void (told = notes.join("\n")) };
    const loaded = await loadTask(task.folder, { seed, stop: { trials } });
    const { state } = await runTask(loaded, { tier: "deno", observer });
    return { seed: state.seed, told };
  };
  const silent = { seed: 3, told: expect.not.stringContaining("seed") };
  expect(await session(3, 1)).toEqual(silent);
  expect(await session(9, 2)).toEqual({ seed: 3, told: expect.stringContaining("keeps its seed 3; `--fresh` begins") });
  expect(await session(3, 3)).toEqual(silent);
});
