import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { openJournal } from "../../src/journal/journal.ts";
import { runTask } from "../../src/loop/run-task.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import { quadraticTask } from "./make-task.ts";

test("a run that was killed before its first event is begun, not left lying empty", async () => {
  const task = quadraticTask({ stop: { trials: 2 } });
  const folder = join(task.folder, ".strop/runs/run-001");
  mkdirSync(folder, { recursive: true });
  openJournal(join(folder, "journal.db"), { create: true }).close();
  const { state } = await runTask(await loadTask(task.folder), { tier: "deno" });
  expect(state).toMatchObject({ run: "run-001", ended: "all 2 trials done" });
});
