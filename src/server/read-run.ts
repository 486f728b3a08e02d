/** What the tools read: the task as it is on disk, and the newest run's journal, which a running session goes on writing. */
import { join } from "node:path";

import type { ProgramFiles } from "../core/edit.ts";
import { StropError } from "../core/errors.ts";
import { candidateId } from "../core/candidate.ts";
import type { CandidateId, TrialRecord } from "../core/trial.ts";
import { type Journal, openJournal } from "../journal/journal.ts";
import { currentRun, journalPath, runFolder } from "../journal/runs.ts";
import type { RunState } from "../journal/state.ts";
import { isWorthContinuing } from "../loop/research/open-run.ts";
import { type LoadedTask, loadTask } from "../workspace/load-task.ts";
import { readProgram } from "../workspace/program.ts";

export interface SeenRun {
  readonly journal: Journal;
  readonly state: RunState;
  /** `.strop/runs/<run>` */
  readonly folder: string;
}

export interface Seen {
  readonly loaded: LoadedTask;
  /** The run that the next edit goes to; null if that will be a new one. */
  readonly run: SeenRun | null;
}

/** Opens everything for `look`, and closes it again. */
export async function see<T>(folder: string, look: (seen: Seen) => T | Promise<T>): Promise<T> {
  const loaded = await loadTask(folder);
  const run = openNewest(join(loaded.folder, ".strop"));
  try {
    return await look({ loaded, run });
  } finally {
    run?.journal.close();
  }
}

function openNewest(stropFolder: string): SeenRun | null {
  const name = currentRun(stropFolder);
  if (name === undefined) return null;
  const journal = openJournal(journalPath(stropFolder, name), { readOnly: true });
  const state = journal.state();
  if (state !== null && isWorthContinuing(state)) return { journal, state, folder: runFolder(stropFolder, name) };
  journal.close();
  return null;
}

/** Trial `number`, or StropError `trial.unknown`. */
export function trialOf({ run }: Seen, number: number): TrialRecord {
  const trial = run?.journal.trial(number) ?? null;
  if (trial !== null) return trial;
  const found = run === null ? "no run yet" : `trials 0 to ${run.state.nextTrial - 1}`;
  throw new StropError("trial.unknown", `expected trial ${number} to exist, found ${found}`, {
    hint: "list_trials shows what there is",
  });
}

export interface NamedProgram {
  readonly files: ProgramFiles;
  readonly candidate: CandidateId;
  /** `trial 3, the champion`. */
  readonly name: string;
}

/** The program of a trial; of the champion by default, and before the first run the one on disk. */
export async function programOf(seen: Seen, trial: number | undefined): Promise<NamedProgram> {
  const { run, loaded } = seen;
  if (run === null && (trial ?? 0) === 0) {
    const files = await readProgram(loaded.folder, loaded.task);
    return { files, candidate: candidateId(files), name: "the program on disk" };
  }
  const champion = run?.state.champion?.trial ?? 0;
  const number = trial ?? champion;
  const candidate = number === 0 ? run?.state.baseline : trialOf(seen, number).candidate;
  if (run === null || candidate === undefined || candidate === null) throw withoutProgram(number);
  const name = number === champion ? `trial ${number}, the champion` : `trial ${number}`;
  return { files: run.journal.program(candidate), candidate, name };
}

const withoutProgram = (trial: number): StropError =>
  new StropError("trial.no-candidate", `expected trial ${trial} to have a program, found an edit that did not apply`, {
    hint: `get_trial ${trial} says why`,
  });
