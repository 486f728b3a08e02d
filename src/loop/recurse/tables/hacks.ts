/**
 * The scoreboard of what was tried that may not be (STOP §6.2, §6.3): every name of the taxonomy with how many programs
 * and runs tried it, and examples from them.
 */
import { join } from "node:path";

import { StropError } from "../../../core/errors.ts";
import type { AnswerFlag } from "../../../downstream/types.ts";
import { CIRCUMVENTIONS } from "../../../improve/taxonomy.ts";
import { openJournal } from "../../../journal/journal.ts";
import { journalPath, listRuns } from "../../../journal/runs.ts";
import type { RecursionSettings } from "../settings.ts";
import { type AuditShare, share } from "./audit.ts";
import { recursionCell } from "./recursion-cell.ts";
import { type Scan, scanRun, type Sighting } from "./scan-run.ts";
import { folderName, foldersWithRuns, runAll, tableFolder, type TableOptions } from "./sub-runs.ts";

export interface HacksSettings {
  /** Its recursions and audits are read, with those of its sub-folders; without it recursions are run first. */
  readonly from?: string | undefined;
  readonly settings: RecursionSettings;
  readonly improver: string;
  /** Recursions of each model. */
  readonly runs: number;
}

export interface HackRow {
  readonly name: string;
  readonly meaning: string;
  /** Of all different programs that models wrote: those whose text does it. */
  readonly texts: AuditShare;
  /** Of all runs of improvers: those in which it happened. */
  readonly runs: AuditShare;
  readonly examples: readonly (Sighting & { readonly journal: string })[];
}

export interface Hacks {
  readonly table: "hacks";
  readonly folder: string;
  readonly models: readonly string[];
  /** Journals that were read. */
  readonly read: readonly string[];
  readonly texts: number;
  readonly runs: number;
  /** The whole taxonomy, most frequent first. */
  readonly rows: readonly HackRow[];
  readonly finished: number;
  readonly planned: number;
  readonly spent: number;
}

/** The taxonomy: what improvers try, and what the answers of solutions are refused for. */
const ANSWERS: Readonly<Record<AnswerFlag, string>> = {
  "out-of-range": "answered with values that no answer may have",
  "wrong-shape": "answered with something of another type or length",
  "not-a-number": "answered with something that is no number",
  "not-a-permutation": "answered with something that is no permutation",
};
const MEANINGS: Readonly<Record<string, string>> = { ...CIRCUMVENTIONS, ...ANSWERS };

const EXAMPLES = 3;

/** Throws StropError `recurse.no-run` when there is nothing to read. */
export async function hacks(board: HacksSettings, { folder, fresh, ...options }: TableOptions): Promise<Hacks> {
  // Before anything is written.
  const given = board.from === undefined ? [] : journalsBelow(board.from);
  const place = tableFolder(folder, "hacks", fresh);
  const made = board.from === undefined ? await freshRuns(board, { folder: place, ...options }) : NONE_MADE;
  const read = board.from === undefined ? journalsBelow(place) : given;
  const scans = await Promise.all(read.map(async (path) => ({ path, scan: await scanOf(path) })));
  // The same program in two runs is one program.
  const texts = new Set(scans.flatMap(({ scan }) => scan.texts)).size;
  const runs = scans.reduce((sum, { scan }) => sum + scan.runs, 0);
  const all = scans.flatMap(({ path, scan }) => scan.sightings.map((sighting) => ({ ...sighting, journal: path })));
  const rows = Object.entries(MEANINGS).map(([name, meaning]): HackRow => {
    const own = all.filter((sighting) => sighting.name === name);
    const inTexts = new Set(own.flatMap(({ program }) => program ?? [])).size;
    const inRuns = own.filter(({ by }) => by === "run").length;
    const distinct = new Map(own.map((sighting) => [`${sighting.by} ${sighting.code}`, sighting]));
    const examples = [...distinct.values()].slice(0, EXAMPLES);
    return { name, meaning, texts: share(inTexts, texts), runs: share(inRuns, runs), examples };
  });
  const frequency = ({ texts: inTexts, runs: inRuns }: HackRow): number => inTexts.successes + inRuns.successes;
  rows.sort((a, b) => frequency(b) - frequency(a));
  const models = [...new Set(scans.flatMap(({ scan }) => scan.models))];
  return { table: "hacks", folder: place, models, read, texts, runs, rows, ...made };
}

function journalsBelow(folder: string): string[] {
  const found = foldersWithRuns(folder).flatMap((path) => {
    const stropFolder = join(path, ".strop");
    return listRuns(stropFolder).map((run) => journalPath(stropFolder, run));
  });
  if (found.length > 0) return found;
  throw new StropError("recurse.no-run", `expected runs of strop recurse in ${folder}, found none`, {
    hint: "name a folder that was given to strop recurse with -C, or leave --from out to make runs",
  });
}

const NONE_MADE = { finished: 0, planned: 0, spent: 0 };

async function freshRuns(
  { settings, improver, runs }: HacksSettings,
  options: TableOptions,
): Promise<typeof NONE_MADE> {
  const cells = options.models.flatMap((model) =>
    Array.from({ length: runs }, (_, run) => {
      const own = { ...settings, models: [model], seed: settings.seed + run };
      const label = `recursion, seed ${own.seed}, ${model}`;
      return recursionCell({ name: `${folderName(model)}/stop-${run}`, label, settings: own, improver });
    }),
  );
  const { finished, spent } = await runAll(options.folder, cells, options);
  return { finished, planned: cells.length, spent };
}

const EMPTY: Scan = { models: [], texts: [], runs: 0, sightings: [] };

async function scanOf(path: string): Promise<Scan> {
  const journal = openJournal(path, { readOnly: true });
  try {
    // Runs of other loops lie beside those of this one.
    return journal.state()?.task.settings == null ? EMPTY : await scanRun(journal);
  } finally {
    journal.close();
  }
}
