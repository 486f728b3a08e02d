/** Opens the journal of a folder's run for reading; a run in progress is not disturbed. */
import { join, resolve } from "node:path";

import { StropError } from "../core/errors.ts";
import type { TrialRecord } from "../core/trial.ts";
import { type Journal, openJournal } from "../journal/journal.ts";
import { journalPath, listRuns } from "../journal/runs.ts";
import type { RunState } from "../journal/state.ts";
import { requireFolder } from "../workspace/require-folder.ts";
import type { TrialName } from "./options.ts";

export interface ReadRun {
  /** Absolute path of the task's folder. */
  readonly taskFolder: string;
  readonly run: string;
  readonly journal: Journal;
  readonly state: RunState;
}

/** `run` names one; otherwise the newest. The caller closes the journal. */
export function readRun(taskFolder: string, run?: string): ReadRun {
  const absolute = resolve(taskFolder);
  const stropFolder = join(absolute, ".strop");
  requireFolder(absolute, "give the folder in which `strop run` was started");
  const runs = listRuns(stropFolder);
  const name = run ?? runs.at(-1);
  if (name === undefined || !runs.includes(name)) {
    const found = runs.length === 0 ? "none" : runs.join(", ");
    throw new StropError(
      "run.none",
      `expected ${name === undefined ? "a run" : `the run ${name}`} in ${absolute}, found ${found}`,
      {
        hint:
          runs.length === 0
            ? "start one with `strop run`, or give the folder of a task"
            : "name one of these with --run",
      },
    );
  }
  const journal = openJournal(journalPath(stropFolder, name), { readOnly: true });
  const state = journal.state();
  if (state === null) {
    journal.close();
    throw new StropError("run.none", `expected ${name} to have started, found an empty journal`, {
      hint: "start it with `strop run`",
    });
  }
  return { taskFolder: absolute, run: name, journal, state };
}

/** The trial of that name. Throws StropError `trial.unknown`. */
export function findTrial({ journal, state }: ReadRun, name: TrialName): TrialRecord {
  const number = name === "baseline" ? 0 : name === "champion" ? state.champion?.trial : name;
  const trial = number === undefined ? undefined : journal.trial(number);
  if (trial !== undefined && trial !== null) return trial;
  throw new StropError("trial.unknown", `expected a trial from 0 to ${state.nextTrial - 1}, found ${name}`, {
    hint: "`strop log` lists them",
  });
}
