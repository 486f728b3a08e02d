/**
 * Live tasks of the gym: now and then an update also learns from a real run of a task's program in the sandbox, played by the policy as it is
 * then. Played on a copy of the task's folder, so that the user's own runs stay as they are.
 */
import { cp, rm } from "node:fs/promises";
import { basename, join } from "node:path";

import { openJournal } from "../../journal/journal.ts";
import { listRuns, runFolder } from "../../journal/runs.ts";
import type { Sample, Weights } from "../../policy/network.ts";
import { policyProposer } from "../../propose/policy/policy-proposer.ts";
import { decisionsOf } from "../../propose/policy/recall.ts";
import { loadTask } from "../../workspace/load-task.ts";
import { proposerContext } from "../proposer-context.ts";
import { runTask } from "../run-task.ts";
import { blindersOf, type GymSettings } from "./gym-folder.ts";

/** Updates from one live episode to the next, and trials of each. */
const EVERY = 5;
const TRIALS = 24;

/** The decisions of update `iteration`'s episode; none for most updates. An aborted episode counts as far as it came. */
export const liveEpisodes =
  (gymFolder: string, settings: GymSettings, signal: AbortSignal) =>
  async (iteration: number, weights: Weights): Promise<readonly Sample[]> => {
    if ((iteration - 1) % EVERY !== 0) return [];
    const task = settings.live[((iteration - 1) / EVERY) % settings.live.length] as string;
    const folder = join(gymFolder, "live");
    await rm(folder, { recursive: true, force: true });
    await cp(task, folder, { recursive: true, filter: (path) => basename(path) !== ".strop" });
    const blinders = blindersOf(settings);
    const loaded = await loadTask(folder, { seed: settings.seed + iteration, stop: { trials: TRIALS } });
    const proposer = policyProposer({ weights, learn: false, blinders });
    const { state } = await runTask(loaded, { fresh: true, proposer, signal });
    const decisions = state.champion === null ? [] : await decisionsIn(folder, blinders);
    await rm(folder, { recursive: true, force: true });
    return decisions;
  };

async function decisionsIn(folder: string, blinders: Parameters<typeof decisionsOf>[1]): Promise<readonly Sample[]> {
  const stropFolder = join(folder, ".strop");
  const run = listRuns(stropFolder).at(-1) ?? "";
  const journal = openJournal(join(runFolder(stropFolder, run), "journal.db"), { readOnly: true });
  try {
    const state = journal.state();
    return state === null ? [] : await decisionsOf(proposerContext(journal, state, ""), blinders);
  } finally {
    journal.close();
  }
}
