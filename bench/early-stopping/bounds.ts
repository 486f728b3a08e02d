/** What is left to gain: stops that only a seer could make, as bounds for pruners that run the first trials to their end. */
import type { Pool, RecordedRun } from "./pools.ts";

export interface BoundOptions {
  readonly checks: number;
  /** Runs at the start of an order that are never stopped. */
  readonly warmup: number;
}

/** Every run that will not beat the best before it is stopped at its first check. No pruner saves more. */
export function knowingFinals(pool: Pool, order: readonly number[], { checks, warmup }: BoundOptions): number[] {
  const good = goodRuns(pool, order);
  return order.map((index, i) => {
    if (i < warmup || good.has(index)) return 0;
    return lastJudged(pool.runs[index] as RecordedRun, checks) > 0 ? 1 : 0;
  });
}

/**
 * At every check the highest loss that any good run of this order will show there is known in advance, and what lies above
 * is stopped. No pruner that compares losses at a check, and stops no good run, saves more.
 */
export function knowingLimits(pool: Pool, order: readonly number[], { checks, warmup }: BoundOptions): number[] {
  const good = goodRuns(pool, order);
  const judged = [...good].map((index) => pool.runs[index] as RecordedRun);
  const limits = Array.from({ length: checks }, (_, i) =>
    Math.max(...judged.map((run) => (i < lastJudged(run, checks) ? levelOf(run, i) : Number.NEGATIVE_INFINITY))),
  );
  return order.map((index, i) => {
    const run = pool.runs[index] as RecordedRun;
    if (i < warmup || good.has(index)) return 0;
    const levels = Array.from({ length: lastJudged(run, checks) }, (_, j) => levelOf(run, j));
    return levels.findIndex((level, j) => level > (limits[j] as number)) + 1;
  });
}

/** Runs that beat all before them in this order. */
function goodRuns(pool: Pool, order: readonly number[]): Set<number> {
  let best = Number.POSITIVE_INFINITY;
  return new Set(
    order.filter((index) => {
      const { final } = pool.runs[index] as RecordedRun;
      if (!(final < best)) return false;
      best = final;
      return true;
    }),
  );
}

/** A curve that shows no number yet is no worse than any other. */
const levelOf = ({ trajectory }: RecordedRun, i: number): number =>
  Number.isFinite(trajectory.levels[i]) ? (trajectory.levels[i] as number) : Number.NEGATIVE_INFINITY;

/** How many checks come before a run's own end. */
const lastJudged = ({ reachedAt, length }: RecordedRun, checks: number): number =>
  Math.min(checks - 1, reachedAt.filter((share) => share < length).length);
