/**
 * Figure 4 of STOP: test meta-utility after every round of self-improvement, mean and standard error over runs, with both
 * baselines of §5.1 and a control that the paper lacks: a frozen improver that does the same work at the same budget.
 */
import { type Interval, mean, meanInterval, standardError } from "../../../core/numerics/stats.ts";
import { improverSource } from "../../../improve/shipped.ts";
import type { RecursionSettings } from "../settings.ts";
import { type CellResult, type CellRound, recursionCell } from "./recursion-cell.ts";
import { folderName, runAll, type SubRun, type SubRunResults, tableFolder, type TableOptions } from "./sub-runs.ts";

const FIG4_KINDS = ["stop", "frozen", "chain-of-thought", "greedy"] as const;
export type Fig4Kind = (typeof FIG4_KINDS)[number];

export interface Fig4Settings {
  /** `models` and `seed` are set for each run: the seed counts up from this one. */
  readonly settings: RecursionSettings;
  /** Text of I_0. */
  readonly improver: string;
  /** Runs of each kind, each with its own instances and its own randomness. */
  readonly runs: number;
}

export interface Fig4Point {
  readonly round: number;
  /** Test meta-utility, run by run. */
  readonly values: readonly number[];
  readonly mean: number;
  readonly standardError: number;
}

export interface Fig4Row {
  readonly model: string;
  readonly kind: Fig4Kind;
  /** One for a baseline, T + 1 for a recursion. */
  readonly points: readonly Fig4Point[];
  /** Share of downstream runs in which the improver failed, over all rounds. */
  readonly failed: number;
}

/** Differences of two test meta-utilities of runs with the same instances, and a 95 % interval of their mean (Student). */
export interface PairedGain extends Interval {
  readonly model: string;
  readonly of: string;
  readonly mean: number;
  readonly values: readonly number[];
}

export interface Fig4 {
  readonly table: "fig4";
  readonly folder: string;
  readonly tasks: readonly string[];
  readonly rounds: number;
  readonly copies: number;
  readonly rows: readonly Fig4Row[];
  readonly gains: readonly PairedGain[];
  readonly finished: number;
  readonly planned: number;
  readonly spent: number;
}

export async function fig4(fig: Fig4Settings, { folder, fresh, ...options }: TableOptions): Promise<Fig4> {
  const place = tableFolder(folder, "fig4", fresh);
  const plan = planned(fig, options.models);
  const results = await runAll(
    place,
    plan.map(({ cell }) => cell),
    options,
  );
  return fold({ fig, place, plan, results });
}

interface PlannedRun {
  readonly model: string;
  readonly kind: Fig4Kind;
  readonly run: number;
  readonly cell: SubRun<CellResult>;
}

/** Run by run, so that a table that is cut off has all of its kinds. */
function planned({ settings, improver, runs }: Fig4Settings, models: readonly string[]): PlannedRun[] {
  return Array.from({ length: runs }, (_, run) => run).flatMap((run) =>
    models.flatMap((model) =>
      FIG4_KINDS.map((kind) => {
        const isBaseline = kind === "chain-of-thought" || kind === "greedy";
        const seed = settings.seed + run;
        const own = { ...settings, models: [model], seed, test: true, frozen: kind === "frozen" };
        const cell = recursionCell({
          name: `${folderName(model)}/${kind}-${run}`,
          label: `${kind}, seed ${seed}, ${model}`,
          settings: isBaseline ? { ...own, rounds: 0 } : own,
          improver: isBaseline ? improverSource(kind) : improver,
        });
        return { model, kind, run, cell };
      }),
    ),
  );
}

interface Folding {
  readonly fig: Fig4Settings;
  readonly place: string;
  readonly plan: readonly PlannedRun[];
  readonly results: SubRunResults<CellResult>;
}

function fold({ fig, place, plan, results }: Folding): Fig4 {
  const { settings } = fig;
  const done = plan.flatMap((entry, i) => {
    const value = results.values[i];
    return value == null ? [] : [{ ...entry, rounds: value.rounds }];
  });
  const of = (model: string, kind: Fig4Kind) => done.filter((run) => run.model === model && run.kind === kind);
  const models = [...new Set(plan.map(({ model }) => model))];
  const rows = models.flatMap((model) => FIG4_KINDS.map((kind) => rowOf(model, kind, of(model, kind))));
  const gains = models.flatMap((model) => {
    const [stop, frozen] = [of(model, "stop"), of(model, "frozen")];
    const last = settings.rounds;
    return [
      gainOf(model, `round ${last} over round 0`, paired([stop, last], [stop, 0])),
      gainOf(model, `round ${last} over the frozen improver's`, paired([stop, last], [frozen, last])),
    ];
  });
  const { finished, spent } = results;
  const { tasks, rounds, copies } = settings;
  const counts = { finished, planned: plan.length, spent };
  const names = tasks.map(taskLabel);
  return { table: "fig4", folder: place, tasks: names, rounds, copies, rows, gains, ...counts };
}

/** `sat (start=search)`: with what makes it another task than the plain one. */
function taskLabel({ name, options }: RecursionSettings["tasks"][number]): string {
  const variants = Object.entries(options).map(([option, value]) => `${option}=${String(value)}`);
  return variants.length === 0 ? name : `${name} (${variants.join(", ")})`;
}

interface DoneRun {
  readonly run: number;
  readonly rounds: readonly CellRound[];
}

function rowOf(model: string, kind: Fig4Kind, runs: readonly DoneRun[]): Fig4Row {
  const count = Math.max(0, ...runs.map(({ rounds }) => rounds.length));
  const points = Array.from({ length: count }, (_, round) => {
    const values = runs.flatMap(({ rounds }) => testOf(rounds[round]) ?? []);
    return { round, values, mean: mean(values), standardError: standardError(values) };
  });
  const all = runs.flatMap(({ rounds }) => rounds.flatMap((round) => round.runs));
  const failed = all.length === 0 ? 0 : all.filter(({ failure }) => failure !== "").length / all.length;
  return { model, kind, points, failed };
}

const testOf = (round: CellRound | undefined): number | undefined => round?.trial.outcome?.metrics["test_meta_utility"];

type RunsAt = readonly [runs: readonly DoneRun[], round: number];

/** Of every run that both have: first minus second. */
function paired([first, round]: RunsAt, [second, other]: RunsAt): number[] {
  return first.flatMap(({ run, rounds }) => {
    const against = second.find((one) => one.run === run);
    const [a, b] = [testOf(rounds[round]), testOf(against?.rounds[other])];
    return a === undefined || b === undefined ? [] : [a - b];
  });
}

const gainOf = (model: string, of: string, values: readonly number[]): PairedGain => ({
  model,
  of,
  values,
  mean: mean(values),
  ...meanInterval(values),
});
