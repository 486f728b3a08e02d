/**
 * A table is made of runs in sub-folders, each with a journal of its own: what is finished is read, what was cut off goes
 * on, and the sum of their costs is what `--max-cost` limits. They run one after the other, so that the limit holds exactly.
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import type { Calibration } from "../../../downstream/calibrate.ts";
import { type Journal, openJournal } from "../../../journal/journal.ts";
import { spentOnModels } from "../../../journal/model-use.ts";
import { currentRun, journalPath } from "../../../journal/runs.ts";
import type { LanguageModel } from "../../../models/types.ts";
import type { Tier } from "../../../sandbox/types.ts";
import { makeNamedFolder } from "../../folder/make-folder.ts";
import { isMoneySpent } from "../gateway-model.ts";
import type { RecursionSettings } from "../settings.ts";

/** What every table is told besides its settings. */
export interface TableOptions {
  /** Where tables lie: this one gets `<folder>/fig4-001`. */
  readonly folder: string;
  /** Begin the table anew, beside those that are there. */
  readonly fresh?: boolean;
  /** Names of models: a row, or a set of rows, for each. */
  readonly models: readonly string[];
  /** Makes the models of one run; a model that draws from a seed is to draw from that of the run. */
  readonly createModels: (run: Pick<RecursionSettings, "models" | "seed">) => readonly LanguageModel[];
  /** US dollars that all runs of the table may cost together. */
  readonly maxCost?: number | undefined;
  /** Downstream runs at a time; default 2. */
  readonly parallel?: number;
  readonly tier?: Tier | "auto" | undefined;
  readonly scrub?: ((text: string) => string) | undefined;
  readonly observer?: TableObserver;
  readonly signal: AbortSignal;
  readonly now?: () => number;
}

export interface TableObserver {
  /** Before the first run. `work` in pieces, as `advanced` counts them. */
  planned?(plan: {
    readonly folder: string;
    readonly runs: number;
    readonly finished: number;
    readonly work: number;
    readonly left: number;
  }): void;
  started?(label: string, work: number): void;
  /** A piece of work is in the journal. */
  advanced?(part: string): void;
  finished?(label: string): void;
  /** What whoever waits should know, such as that a model fails. */
  note?(sentence: string): void;
}

/** What a run of a table is given. */
export type SubRunOptions = Omit<TableOptions, "folder" | "fresh" | "observer" | "models"> & {
  readonly onPart: (part: string) => void;
  readonly onNote: (sentence: string) => void;
  /** Kept by the first run of a session for the others: calibrating takes longer than a small run. */
  readonly machine: { calibration?: Calibration };
};

export interface SubRun<T> {
  /** Its folder below the table's: `builtin/stop-0`. */
  readonly name: string;
  /** For people: `stop, seed 0, builtin`. */
  readonly label: string;
  /** Pieces of work at most. */
  readonly work: number;
  /** Of the journal of its newest run; null while there is work left. Throws `run.changed` for another run than this. */
  read(journal: Journal): T | null;
  /** Does what is left of it, or as much as there is time for. */
  run(folder: string, options: SubRunOptions): Promise<void>;
}

/** What has become of a table: of every run the value, or null where it is not finished. */
export interface SubRunResults<T> {
  readonly values: readonly (T | null)[];
  readonly finished: number;
  /** US dollars, all sessions together. */
  readonly spent: number;
}

/** Runs what is not finished, in order, until all is, the money is used up or the signal aborts. Rejects with what a run rejects with. */
export async function runAll<T>(
  folder: string,
  runs: readonly SubRun<T>[],
  { observer = {}, models: _models, ...options }: Omit<TableOptions, "folder" | "fresh">,
): Promise<SubRunResults<T>> {
  const place = (run: SubRun<T>): string => join(folder, run.name);
  const values = runs.map((run) => readNewest(place(run), (journal) => run.read(journal)));
  const work = (all: readonly SubRun<T>[]): number => all.reduce((sum, run) => sum + run.work, 0);
  const left = runs.filter((_, i) => values[i] === null);
  const finished = runs.length - left.length;
  observer.planned?.({ folder, runs: runs.length, finished, work: work(runs), left: work(left) });
  const machine = {};
  for (const [i, run] of runs.entries()) {
    if (values[i] !== null || options.signal.aborted) continue;
    observer.started?.(run.label, run.work);
    const maxCost = options.maxCost === undefined ? undefined : options.maxCost - spentBelow(folder, place(run));
    const running = run.run(place(run), {
      ...options,
      maxCost,
      machine,
      onPart: (part) => observer.advanced?.(part),
      onNote: (sentence) => observer.note?.(sentence),
    });
    await running.catch((thrown: unknown) => {
      if (!isMoneySpent(thrown)) throw thrown;
    });
    values[i] = readNewest(place(run), (journal) => run.read(journal));
    // Cut off, or out of money, as the next one would be.
    if (values[i] === null) break;
    observer.finished?.(run.label);
  }
  return { values, finished: values.filter((value) => value !== null).length, spent: spentBelow(folder) };
}

/** The newest table of that name in `folder`, or the next one: `fig4-001`. Made if missing. */
export function tableFolder(folder: string, name: string, fresh = false): string {
  makeNamedFolder(folder);
  const pattern = new RegExp(`^${name}-(\\d{3,})$`);
  const numbers = readdirSync(folder).map((entry) => Number(pattern.exec(entry)?.[1] ?? 0));
  const newest = Math.max(0, ...numbers);
  const number = fresh || newest === 0 ? newest + 1 : newest;
  const path = join(folder, `${name}-${String(number).padStart(3, "0")}`);
  makeNamedFolder(path);
  return path;
}

/** What `read` makes of the folder's newest run; null when there is none. */
export function readNewest<T>(folder: string, read: (journal: Journal) => T | null): T | null {
  const journal = openNewest(folder);
  try {
    return journal === null || journal.state() === null ? null : read(journal);
  } finally {
    journal?.close();
  }
}

/** The journal of the folder's newest run, to be read and closed; null when there is none. */
function openNewest(folder: string): Journal | null {
  const stropFolder = join(folder, ".strop");
  const run = currentRun(stropFolder);
  return run === undefined ? null : openJournal(journalPath(stropFolder, run), { readOnly: true });
}

/** Dollars of all runs below a folder, but for the newest run of `except`, which knows its own. */
export function spentBelow(folder: string, except?: string): number {
  return foldersWithRuns(folder)
    .filter((path) => path !== except)
    .map((path) => readNewest(path, (journal) => spentOnModels(journal.state()!.models)) ?? 0)
    .reduce((sum, spent) => sum + spent, 0);
}

/** Folders that hold a `.strop`, `folder` itself included, in order of their names. */
export function foldersWithRuns(folder: string, depth = 6): string[] {
  if (depth === 0 || statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const own = entries.some(({ name }) => name === ".strop") ? [folder] : [];
  const inner = entries.filter(({ name }) => !/^\.|^node_modules$/.test(name)).map(({ name }) => name);
  return [...own, ...inner.sort().flatMap((name) => foldersWithRuns(join(folder, name), depth - 1))];
}

/** A model's name as a folder: `ollama/qwen3` is `ollama-qwen3`. */
export const folderName = (model: string): string => model.replace(/[^\w.-]+/g, "-");
