/** Writes what a run leaves for people: the report and the winning program, beside the journal. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { ProgramFiles } from "../core/edit.ts";
import type { CandidateId } from "../core/trial.ts";
import { type Journal, openJournal } from "../journal/journal.ts";
import { journalPath, listRuns, runFolder } from "../journal/runs.ts";
import type { RunState } from "../journal/state.ts";
import type { ChartSeries } from "./pictures/chart.ts";
import { reportHtml } from "./html.ts";
import { diffPrograms } from "../workspace/diff.ts";

export interface RunFiles {
  readonly report: string;
  /** Folder with the champion's files. */
  readonly champion: string;
  /** Unified diff from the baseline to the champion; empty when nothing was kept. */
  readonly diff: string;
}

export interface ReportOptions {
  readonly stropFolder: string;
  readonly state: RunState;
  /** What a reader should know besides, as plain sentences. */
  readonly notes?: readonly string[];
  /** What is going on in the run at this moment, as plain text; empty in between. */
  readonly now?: string;
}

export async function writeReport(
  journal: Journal,
  { stropFolder, state, notes = [] }: ReportOptions,
): Promise<RunFiles> {
  const folder = runFolder(stropFolder, state.run);
  const { winner, diff } = gainOf(journal, state);
  const champion = join(folder, "champion");
  await rm(champion, { recursive: true, force: true });
  for (const [path, text] of Object.entries(winner)) {
    const target = join(champion, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
  const report = reportPath(stropFolder, state.run);
  await writeFile(report, pageOf(journal, diff, { stropFolder, state, notes }));
  return { report, champion, diff };
}

export const reportPath = (stropFolder: string, run: string): string =>
  join(runFolder(stropFolder, run), "report.html");

/** The page of a run as its journal stands, which another process may be writing. */
export const reportPage = (journal: Journal, options: ReportOptions): string =>
  pageOf(journal, gainOf(journal, options.state).diff, options);

const pageOf = (journal: Journal, diff: string, { stropFolder, state, notes = [], now = "" }: ReportOptions): string =>
  reportHtml({ state, trials: journal.trials(), diff, beside: otherRuns(stropFolder, state), notes, now });

function gainOf(journal: Journal, { baseline, champion }: RunState) {
  const winner = programOf(journal, champion?.candidate ?? baseline);
  return { winner, diff: diffPrograms(programOf(journal, baseline), winner) };
}

/** An imported run has scores but no programs; its baseline has no name. */
const programOf = (journal: Journal, candidate: CandidateId): ProgramFiles =>
  candidate === "" ? {} : journal.program(candidate);

/** Runs of the same program and budget with another proposer, such as `random`: the newest of each. */
function otherRuns(stropFolder: string, state: RunState): ChartSeries[] {
  const series = new Map<string, ChartSeries>();
  for (const run of listRuns(stropFolder)) {
    const other = run === state.run ? null : stateOf(journalPath(stropFolder, run));
    if (other === null || other.task.proposer === state.task.proposer || !isSameTask(other, state)) continue;
    series.set(other.task.proposer, {
      label: `${run}: ${other.task.proposer}`,
      champions: other.champions,
      lastTrial: other.nextTrial - 1,
    });
  }
  return [...series.values()].slice(-3);
}

const isSameTask = (a: RunState, b: RunState): boolean =>
  a.baseline === b.baseline &&
  a.environmentHash === b.environmentHash &&
  JSON.stringify(a.task.budget) === JSON.stringify(b.task.budget);

/** A damaged neighbour is no reason to withhold this run's report. */
function stateOf(path: string): RunState | null {
  try {
    const journal = openJournal(path, { readOnly: true });
    try {
      return journal.state();
    } finally {
      journal.close();
    }
  } catch {
    return null;
  }
}
