/**
 * Live tasks of the gym: now and then an update also learns from a real run of a task's program in the sandbox, played by the policy as it is
 * then. Played on a copy of the task's folder, so that the user's own runs stay as they are, and gone on with after a kill as any run is.
 */
import { existsSync } from "node:fs";
import { cp, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { openJournal } from "../../journal/journal.ts";
import { currentRun, journalPath } from "../../journal/runs.ts";
import type { Sample, Weights } from "../../policy/network.ts";
import { policyProposer } from "../../propose/policy/policy-proposer.ts";
import { decisionsOf } from "../../propose/policy/recall.ts";
import { loadTask } from "../../workspace/load-task.ts";
import { proposerContext } from "../research/proposer-context.ts";
import { runTask } from "../research/run-task.ts";
import { blindersOf, type GymSettings, liveFolder } from "./gym-folder.ts";

/** Updates from one live episode to the next, and trials of each. */
const EVERY = 5;
const TRIALS = 24;

/**
 * The decisions of update `iteration`'s episode, none for most updates; undefined if it was aborted: the next call goes on with it. The
 * episode stays in its folder until its update is saved (`forgetLive`), so that a kill before that does not make it be played again.
 */
export const liveEpisodes =
  (gymFolder: string, settings: GymSettings, signal: AbortSignal) =>
  async (iteration: number, weights: Weights): Promise<readonly Sample[] | undefined> => {
    if ((iteration - 1) % EVERY !== 0) return [];
    const task = settings.live[((iteration - 1) / EVERY) % settings.live.length] as string;
    const folder = join(liveFolder(gymFolder), String(iteration));
    if (!existsSync(folder)) await copyTask(task, folder);
    const blinders = blindersOf(settings);
    const loaded = await loadTask(folder, { seed: settings.seed + iteration, stop: { trials: TRIALS } });
    const proposer = policyProposer({ weights, learn: false, blinders });
    await runTask(loaded, { proposer, signal });
    if (signal.aborted) return undefined;
    return decisionsIn(folder, blinders);
  };

/** Whole or not at all; whatever else is in its place is of another update. */
async function copyTask(task: string, folder: string): Promise<void> {
  await rm(dirname(folder), { recursive: true, force: true });
  const part = `${folder}.part`;
  await cp(task, part, { recursive: true, filter: (path) => basename(path) !== ".strop" });
  await rename(part, folder);
}

async function decisionsIn(folder: string, blinders: Parameters<typeof decisionsOf>[1]): Promise<readonly Sample[]> {
  const stropFolder = join(folder, ".strop");
  const run = currentRun(stropFolder) ?? "";
  const journal = openJournal(journalPath(stropFolder, run), { readOnly: true });
  try {
    const state = journal.state();
    return state === null ? [] : await decisionsOf(proposerContext(journal, state, ""), blinders);
  } finally {
    journal.close();
  }
}
