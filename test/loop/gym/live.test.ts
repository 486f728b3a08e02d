import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { openJournal } from "../../../src/journal/journal.ts";
import { liveEpisodes } from "../../../src/loop/gym/live-episodes.ts";
import { freshWeights } from "../../../src/propose/policy/actor.ts";
import { quadraticTask } from "../make-task.ts";
import { settings, smallGym } from "./small-gym.ts";
import { freshFolder } from "../../fresh-folder.ts";

const folder = freshFolder();
const task = quadraticTask();

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

/** Whether the live episode has scored its baseline; undefined while there is none that can be read. */
function hasBegun(gym: string): boolean | undefined {
  const runs = join(gym, "live/1/.strop/runs");
  const [run] = existsSync(runs) ? readdirSync(runs) : [];
  const file = join(runs, run ?? "", "journal.db");
  if (run === undefined || !existsSync(file)) return undefined;
  try {
    const journal = openJournal(file, { readOnly: true });
    const state = journal.state();
    journal.close();
    return state === null ? undefined : state.champion !== null;
  } catch {
    // Being made, or being removed.
    return undefined;
  }
}

test("an episode whose update was not saved is not played again", async () => {
  const gym = join(folder, "unsaved");
  const untrained = freshWeights("live");
  const play = liveEpisodes(gym, { ...settings, from: "none", live: [task.folder] }, new AbortController().signal);
  const first = await play(1, untrained);
  const played = readdirSync(join(gym, "live/1/.strop/runs"));
  expect(await play(1, untrained)).toEqual(first);
  expect(readdirSync(join(gym, "live/1/.strop/runs"))).toEqual(played);
  expect(first?.length).toBeGreaterThan(0);
}, 300_000);

test("an episode that was cut short is gone on with, and its update made when it is whole", async () => {
  const gym = join(folder, "cut");
  const asked = { iterations: 1, settings: { ...settings, imitate: 0, live: [task.folder] } };
  const controller = new AbortController();
  const running = smallGym(gym, { ...asked, signal: controller.signal });
  while (hasBegun(gym) !== true) await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort();
  expect((await running).iteration).toBe(0);
  const seen = new Set<boolean | undefined>();
  const watch = setInterval(() => seen.add(hasBegun(gym)), 5);
  const done = await smallGym(gym, asked).finally(() => clearInterval(watch));
  expect(done.iteration).toBe(1);
  expect([...seen].filter((one) => one !== undefined)).toEqual([true]);
  expect(existsSync(join(gym, "live"))).toBe(false);
}, 300_000);
