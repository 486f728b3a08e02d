/**
 * A learning curve reduced to what is known at each check: the budget is cut into K equal parts, and at the end of each
 * stands the loss at that moment and, when asked for, its power-law forecast. Curves of different step rates
 * become comparable here. Pure.
 */
import type { CurvePoint } from "../../core/trial.ts";
import { median } from "../../core/numerics/stats.ts";
import { type Forecast, forecastFinal } from "./power-law.ts";

export interface Trajectory {
  /** Robust loss at check k = index + 1, for the checks that were reached; NaN where no finite loss is known yet. */
  readonly levels: readonly number[];
  /** Forecast of the loss at the end of the budget from what was known at check `k` (from 1); null if there is none. */
  forecast(k: number): Forecast | null;
}

export interface CheckGrid {
  /** T_max. */
  readonly trainSeconds: number;
  /** K. */
  readonly checks: number;
}

/** Points in one part of the budget from which a median is taken; fewer are interpolated. */
const DENSE = 5;
/** Points kept for each part of the budget. */
const MOST_KEPT = 16;

/** The trajectory of a curve in order of time. A check is reached by the first point at or after it. */
export function trajectoryOf(curve: readonly CurvePoint[], grid: CheckGrid): Trajectory {
  const { levels, condensed } = reduced(curve, grid);
  const forecasts = new Map<number, Forecast | null>();
  return {
    levels,
    forecast: (k) => {
      let known = forecasts.get(k);
      if (known === undefined) {
        const until = countUntil(condensed, (k / grid.checks) * grid.trainSeconds);
        known = k > levels.length ? null : forecastFinal(condensed.slice(0, until), grid.trainSeconds);
        forecasts.set(k, known);
      }
      return known;
    },
  };
}

/** What is kept of a curve. Apart from the closure above, which would keep all of its points. */
function reduced(curve: readonly CurvePoint[], grid: CheckGrid): { levels: number[]; condensed: CurvePoint[] } {
  const { trainSeconds, checks } = grid;
  const timed = curve.filter(({ seconds }) => Number.isFinite(seconds));
  const finite = timed.filter(({ loss }) => Number.isFinite(loss));
  // Never past the end: a budget that was overdrawn has K checks like any other.
  const reached = Math.min(checks, Math.floor(((curve.at(-1)?.seconds ?? 0) / trainSeconds) * checks + 1e-9));
  const end = (k: number) => (k / checks) * trainSeconds;
  return {
    levels: Array.from({ length: reached }, (_, i) => {
      const after = timed[countUntil(timed, end(i + 1) * (1 - 1e-9))];
      return levelBetween(finite, { from: end(i), to: end(i + 1), after });
    }),
    condensed: condense(finite, { reached, end }),
  };
}

/** At most MOST_KEPT medians for each part of the budget: what a trajectory remembers, however many steps there were. */
function condense(
  points: readonly CurvePoint[],
  { reached, end }: { reached: number; end: (k: number) => number },
): CurvePoint[] {
  return Array.from({ length: reached }, (_, i) => {
    const part = points.slice(i === 0 ? 0 : countUntil(points, end(i)), countUntil(points, end(i + 1)));
    return part.length <= MOST_KEPT ? part : mediansOf(part, MOST_KEPT);
  }).flat();
}

/** `count` bins of neighbours, each as its median time and loss. */
function mediansOf(points: readonly CurvePoint[], count: number): CurvePoint[] {
  return Array.from({ length: count }, (_, i) => {
    const bin = points.slice(Math.floor((i * points.length) / count), Math.floor(((i + 1) * points.length) / count));
    return { seconds: median(bin.map(({ seconds }) => seconds)), loss: median(bin.map(({ loss }) => loss)) };
  });
}

/**
 * Median of the points in (from, to] if there are many, else the curve's value at `to`. `after` is the point by which the check was
 * reached: if that is no number, nothing later may take its place, or the level would change in hindsight.
 */
function levelBetween(
  points: readonly CurvePoint[],
  { from, to, after }: { readonly from: number; readonly to: number; readonly after: CurvePoint | undefined },
): number {
  const next = countUntil(points, to);
  const window = points.slice(countUntil(points, from), next);
  if (window.length >= DENSE) return median(window.map(({ loss }) => loss));
  const before = points[next - 1];
  if (before === undefined || after === undefined || !Number.isFinite(after.loss) || after.seconds <= before.seconds)
    return before?.loss ?? Number.NaN;
  return before.loss + ((to - before.seconds) / (after.seconds - before.seconds)) * (after.loss - before.loss);
}

/** How many points lie at or before `seconds` (binary search). */
function countUntil(points: readonly CurvePoint[], seconds: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle] as CurvePoint).seconds <= seconds * (1 + 1e-12)) low = middle + 1;
    else high = middle;
  }
  return low;
}
