/** The runs of a task's folder: `<task>/.strop/runs/run-001/journal.db` and so on, newest last. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { explained } from "./store/sqlite-errors.ts";

/** Folder of a run inside the task's `.strop` folder. */
export const runFolder = (stropFolder: string, run: string): string => join(stropFolder, "runs", run);

export const journalPath = (stropFolder: string, run: string): string =>
  join(runFolder(stropFolder, run), "journal.db");

/** Names of the runs that have a journal, oldest first. Empty when nothing ever ran here. */
export const listRuns = (stropFolder: string): string[] =>
  runFolders(stropFolder).filter((run) => existsSync(journalPath(stropFolder, run)));

/** The newest run, undefined when there is none. */
export const currentRun = (stropFolder: string): string | undefined => listRuns(stropFolder).at(-1);

/** `run-001`, or one more than the newest folder, whether or not it has a journal. */
export function nextRunName(stropFolder: string): string {
  const newest = runFolders(stropFolder).at(-1);
  return `run-${String(newest === undefined ? 1 : numberOf(newest) + 1).padStart(3, "0")}`;
}

function runFolders(stropFolder: string): string[] {
  const folder = join(stropFolder, "runs");
  if (!existsSync(folder)) return [];
  return explained(folder, () => readdirSync(folder))
    .filter((name) => /^run-\d{3,}$/.test(name))
    .sort((a, b) => numberOf(a) - numberOf(b));
}

const numberOf = (run: string): number => Number(run.slice("run-".length));
