/**
 * Table 1 of STOP: whether an improver that was improved on one task is better on others. u(s), û(I_0) and û(I_T) on test
 * instances, each measured on the same draws: a draw has its own instances and its own randomness.
 */
import { type Interval, mean, meanInterval } from "../../../core/numerics/stats.ts";
import { StropError } from "../../../core/errors.ts";
import { createDownstreamTask } from "../../../downstream/registry.ts";
import type { RecursionSettings } from "../settings.ts";
import { type CellResult, recursionCell, resultOf } from "./recursion-cell.ts";
import { folderName, readNewest, runAll, spentBelow, type SubRun, tableFolder, type TableOptions } from "./sub-runs.ts";

export type Pick = "champion" | "last";

export interface Table1Settings {
  /** Of the recursion that makes I_T; `models` is set for each. */
  readonly settings: RecursionSettings;
  /** Text of I_0, where no folder is named. */
  readonly improver: string;
  /** A folder of `strop recurse` whose first improver is I_0 and whose best or last is I_T; none is made. */
  readonly from?: string | undefined;
  /** I_T is the one with the best validation meta-utility, or that of the last round. */
  readonly pick: Pick;
  /** Tasks that it is tried on. */
  readonly to: RecursionSettings["tasks"];
  /** Draws of every task. */
  readonly draws: number;
}

/** Mean over draws and its 95 % interval (Student). */
export interface Measured extends Interval {
  readonly mean: number;
  readonly values: readonly number[];
}

export interface Table1Row {
  readonly model: string;
  readonly task: string;
  readonly solution: Measured;
  readonly seed: Measured;
  readonly improved: Measured;
  /** û(I_T) − û(I_0), draw by draw. */
  readonly gain: Measured;
}

export interface Table1 {
  readonly table: "table1";
  readonly folder: string;
  /** Where I_T comes from, by model. */
  readonly improvers: readonly { readonly model: string; readonly origin: string; readonly isSeed: boolean }[];
  readonly rows: readonly Table1Row[];
  readonly finished: number;
  readonly planned: number;
  readonly spent: number;
}

/** Throws StropError `recurse.no-run` when `from` holds no recursion. */
export async function table1(table: Table1Settings, { folder, fresh, ...options }: TableOptions): Promise<Table1> {
  // Before anything is written.
  if (table.from !== undefined) requireRun(table.from);
  const place = tableFolder(folder, "table1", fresh);
  const rows: Table1Row[] = [];
  const improvers: Table1["improvers"][number][] = [];
  let [finished, planned] = [0, 0];
  for (const model of options.models) {
    const made = await improverOf(table, model, { place, options });
    [finished, planned] = [finished + made.finished, planned + made.planned];
    if (made.improver === null) continue;
    improvers.push({ model, origin: made.origin, isSeed: made.improver === made.first });
    const measurements = plannedMeasurements(table, model, { seed: made.first, improved: made.improver });
    const { values, ...counts } = await runAll(
      place,
      measurements.map(({ cell }) => cell),
      options,
    );
    const done = measurements.flatMap((one, i) => (values[i] == null ? [] : [{ ...one, result: values[i] }]));
    rows.push(...table.to.map((task) => rowOf(model, createDownstreamTask(task.name, task.options).name, done)));
    [finished, planned] = [finished + counts.finished, planned + measurements.length];
  }
  return { table: "table1", folder: place, improvers, rows, finished, planned, spent: spentBelow(place) };
}

interface MadeImprover {
  /** Null when the recursion that makes it was cut off. */
  readonly improver: string | null;
  /** I_0 of the same recursion. */
  readonly first: string;
  readonly origin: string;
  readonly finished: number;
  readonly planned: number;
}

/** I_T: of the folder that was named, or made here. */
async function improverOf(
  { from, pick, settings, improver }: Table1Settings,
  model: string,
  { place, options }: { readonly place: string; readonly options: Omit<TableOptions, "folder" | "fresh"> },
): Promise<MadeImprover> {
  const origin = ({ round }: CellResult[Pick], where: string) => `improver ${round} of ${where}`;
  if (from !== undefined) {
    const { first, [pick]: found } = requireRun(from);
    return { improver: found.improver, first, origin: origin(found, from), finished: 0, planned: 0 };
  }
  const name = `${folderName(model)}/improver`;
  const label = `${settings.rounds} rounds of self-improvement, ${model}`;
  const cell = recursionCell({ name, label, settings: { ...settings, models: [model] }, improver });
  const { values, finished } = await runAll(place, [cell], options);
  const made = values[0]?.[pick];
  return {
    improver: made?.improver ?? null,
    first: improver,
    origin: made === undefined ? "" : origin(made, name),
    finished,
    planned: 1,
  };
}

/** What the recursion in a folder was told. Throws StropError `recurse.no-run`. */
export const settingsOfRun = (folder: string): RecursionSettings => requireRun(folder).settings;

function requireRun(folder: string): CellResult {
  const found = readNewest(folder, resultOf);
  if (found !== null && found.champion.improver !== "") return found;
  const what = found === null ? "none" : "one of something else";
  throw new StropError("recurse.no-run", `expected a run of strop recurse in ${folder}, found ${what}`, {
    hint: "name the folder that was given to strop recurse with -C, or leave --from out",
  });
}

/** What it is that improves: nobody, I_0 or I_T. */
type Who = "solution" | "seed" | "improved";

/** u(s) is the meta-utility of the improver that changes nothing. */
const IDENTITY = "export const improve = async (solution: string): Promise<string> => solution;\n";

interface Measurement {
  readonly who: Who;
  readonly draw: number;
  readonly cell: SubRun<CellResult>;
}

function plannedMeasurements(
  { settings, to, draws }: Table1Settings,
  model: string,
  improvers: Readonly<Record<"seed" | "improved", string>>,
): Measurement[] {
  const texts: Readonly<Record<Who, string>> = { solution: IDENTITY, ...improvers };
  return Array.from({ length: draws }, (_, draw) => draw).flatMap((draw) =>
    (Object.keys(texts) as Who[]).map((who) => {
      const seed = settings.seed + draw;
      const own = { ...settings, tasks: to, copies: 1, rounds: 0, test: true, seed, models: [model] };
      const name = `${folderName(model)}/${who}-${draw}`;
      const cell = recursionCell({
        name,
        label: `${who}, draw ${draw}, ${model}`,
        settings: own,
        improver: texts[who],
      });
      return { who, draw, cell };
    }),
  );
}

function rowOf(
  model: string,
  task: string,
  done: readonly (Omit<Measurement, "cell"> & { readonly result: CellResult })[],
): Table1Row {
  const scoreOf = (draw: number, who: Who): number | null | undefined =>
    done.find((one) => one.draw === draw && one.who === who)?.result.rounds[0]?.runs.find((run) => run.task === task)
      ?.test;
  const draws = [...new Set(done.map(({ draw }) => draw))].sort((a, b) => a - b);
  const of = (who: Who): Measured => measured(draws.flatMap((draw) => scoreOf(draw, who) ?? []));
  const gains = draws.flatMap((draw) => {
    const [before, after] = [scoreOf(draw, "seed"), scoreOf(draw, "improved")];
    return before == null || after == null ? [] : [after - before];
  });
  return {
    model,
    task,
    solution: of("solution"),
    seed: of("seed"),
    improved: of("improved"),
    gain: measured(gains, -1),
  };
}

/** Student's interval reaches where no utility can be; what lies beyond is cut off. */
function measured(values: readonly number[], lowest = 0): Measured {
  const { low, high } = meanInterval(values);
  if (values.length < 2) return { values, mean: mean(values), low, high };
  return { values, mean: mean(values), low: Math.max(lowest, low), high: Math.min(1, high) };
}
