import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { type MadeTask, quadraticTask } from "../make-task.ts";
import { settings, smallGym } from "./small-gym.ts";

let folder = "";
let task: MadeTask;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "strop-live-"));
  task = quadraticTask();
});
afterAll(async () => {
  task.remove();
  await rm(folder, { recursive: true, force: true });
});

test("an update also learns from a real run of a live task, and leaves nothing in that task's folder", async () => {
  // Imitation learns from the expert alone.
  const byReward = { ...settings, imitate: 0 };
  const tabulated = await smallGym(join(folder, "tabulated"), { iterations: 1, settings: byReward });
  const live = await smallGym(join(folder, "live"), {
    iterations: 1,
    settings: { ...byReward, live: [task.folder] },
  });
  expect(await readFile(live.weights)).not.toEqual(await readFile(tabulated.weights));
  expect(existsSync(join(task.folder, ".strop"))).toBe(false);
  expect(existsSync(join(folder, "live/live"))).toBe(false);
}, 300_000);
