/** Where the scores of a run lie in its picture: the staircase fills it, and what would flatten it lies beyond the edge. */
import type { Direction } from "../../core/task.ts";
import type { Champion } from "../../journal/state.ts";
import { logTickLabels, logTicks, tickLabels, ticks } from "./ticks.ts";

export interface ChartScales {
  /** From a trial to per cent of the width. */
  readonly x: (trial: number) => number;
  /** From a score to pixels from the top; what lies beyond is on the edge. */
  readonly y: (score: number) => number;
  /** 1 above the picture, −1 below it, 0 within. */
  readonly beyond: (score: number) => -1 | 0 | 1;
  readonly rows: readonly number[];
  readonly rowLabels: readonly string[];
  readonly columns: readonly number[];
  /** The trial at the right edge. */
  readonly last: number;
  readonly isLogarithmic: boolean;
  /** Whether equal ways to the right are equal factors of the trials. */
  readonly areTrialsLogarithmic: boolean;
}

export interface Scored {
  readonly points: readonly { readonly score: number | null }[];
  readonly series: readonly { readonly champions: readonly Champion[]; readonly lastTrial?: number }[];
  readonly direction: Direction;
  readonly lastTrial: number;
  readonly noise?: number | undefined;
}

/** Of the plot itself, in pixels. */
export const PLOT_HEIGHT = 280;
/** A staircase that goes over as many times its least is drawn in factors. */
const LOGARITHMIC_FROM = 30;
/** A run of so many trials is drawn in factors of them where half of its steps are in so small a share of the width. */
const LONG = { trials: 500, early: 0.05 } as const;
/** What is larger or smaller is as good as these: sums and differences stay finite and more than 0. */
const [LARGEST, SMALLEST] = [1e200, 1e-200];

/** Undefined when nothing has scored. */
export function chartScales({ points, series, direction, lastTrial, noise = 0 }: Scored): ChartScales | undefined {
  const stairs = series.flatMap(({ champions }) => champions.map(({ score }) => within(score)));
  const [start] = series[0]?.champions ?? [];
  const shownStairs =
    start === undefined ? stairs : [...stairs, within(start.score - noise), within(start.score + noise)];
  const scores = [...points.flatMap(({ score }) => score ?? []), ...stairs].map(within).sort((a, b) => a - b);
  if (scores.length === 0) return undefined;
  const isLogarithmic = Math.min(...stairs) > 0 && Math.max(...stairs) >= LOGARITHMIC_FROM * Math.min(...stairs);
  const shape = (score: number): number => (isLogarithmic ? Math.log10(Math.max(score, Number.MIN_VALUE)) : score);
  const [low, high] = range(
    scores.map(shape),
    shownStairs.filter((score) => !isLogarithmic || score > 0).map(shape),
    direction,
  );
  const last = lastOf(series, lastTrial);
  const areTrialsLogarithmic = areEarly(series[0]?.champions ?? [], last);
  const rows = isLogarithmic ? logTicks(10 ** low, 10 ** high) : ticks(low, high);
  const share = (score: number): number => Math.min(1, Math.max(0, (shape(within(score)) - low) / (high - low)));
  return {
    x: (trial) => 100 * (areTrialsLogarithmic ? Math.log1p(trial) / Math.log1p(last) : trial / last),
    y: (score) => PLOT_HEIGHT * (1 - share(score)),
    beyond: (score) => (shape(within(score)) > high ? 1 : shape(within(score)) < low ? -1 : 0),
    rows,
    rowLabels: (isLogarithmic ? logTickLabels : tickLabels)(rows),
    last,
    columns: areTrialsLogarithmic ? logTicks(1, last) : ticks(0, last, { isWhole: true }),
    isLogarithmic,
    areTrialsLogarithmic,
  };
}

/** Whether most of what a long run gained would be one upright line at the left edge. */
const areEarly = (champions: readonly Champion[], last: number): boolean =>
  last >= LONG.trials &&
  champions.length > 2 &&
  (champions[Math.floor(champions.length / 2)]?.trial ?? last) < LONG.early * last;

/** All of this run, and of longer ones as much as leaves it half of the width, or twenty trials. */
function lastOf([own, ...others]: Scored["series"], lastTrial: number): number {
  const ends = others.map((other) => Math.max(other.lastTrial ?? 0, other.champions.at(-1)?.trial ?? 0));
  const end = Math.max(1, lastTrial, own?.champions.at(-1)?.trial ?? 0);
  return Math.max(end, Math.min(Math.max(0, ...ends), Math.max(20, 2 * end)));
}

const within = (score: number): number =>
  Math.abs(score) < SMALLEST ? 0 : Math.min(LARGEST, Math.max(-LARGEST, score));

/**
 * All of the staircase and three quarters of the scores at least; beyond these as much as is no outlier (Tukey's fences:
 * one and a half quartile ranges) and leaves the staircase at least two fifths of the height.
 */
function range(sorted: readonly number[], stairs: readonly number[], direction: Direction): [number, number] {
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const fence = 1.5 * (at(0.75) - at(0.25));
  const [bottom, top] = [Math.min(at(0.5), ...stairs), Math.max(at(0.5), ...stairs)];
  const reach = 1.5 * (top - bottom) || Infinity;
  const low = Math.max(at(0), at(0.25) - fence, Math.min(at(0.25), bottom - reach));
  const high = Math.min(at(1), at(0.75) + fence, Math.max(at(0.75), top + reach));
  // On the better side of the staircase there is nothing to see but what was luck.
  const [from, to] = [Math.min(low, bottom), Math.max(high, top)];
  const pad = (to - from || Math.abs(to) || 1) * 0.06;
  return direction === "minimize" ? [from - 1.5 * pad, to + pad] : [from - pad, to + 1.5 * pad];
}
