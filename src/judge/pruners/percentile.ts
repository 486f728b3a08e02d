/**
 * Stops a trial whose best loss so far is worse than a percentile of what earlier trials showed at the same check
 * (Golovin et al. 2017, the median rule, generalised as in Optuna).
 */
import { quantile } from "../../core/numerics/stats.ts";
import { checkNow, levelsAt, type Pruner } from "../pruner.ts";

export interface PercentileOptions {
  /** In (0, 100): the share of earlier trials, in percent, that a trial must keep up with. */
  readonly percentile?: number;
  /** Finished trials before the rule begins. */
  readonly warmup?: number;
  /** Checks without judgement. */
  readonly grace?: number;
}

export function percentilePruner({ percentile = 25, warmup = 5, grace = 0 }: PercentileOptions = {}): Pruner {
  return {
    name: percentile === 50 ? "median" : "percentile",
    judge(evidence) {
      const k = checkNow(evidence);
      if (k <= grace || evidence.past.filter(({ final }) => final !== null).length < warmup) return null;
      const limit = quantile(levelsAt(evidence.past, k), percentile / 100);
      const best = Math.min(...evidence.live.levels.filter(Number.isFinite));
      // A limit of NaN (nobody came this far) lets everything pass; a curve without a number does not.
      if (!(best > limit)) return null;
      return `the best loss so far, ${best.toPrecision(4)}, is above the ${percentile}th percentile at this point, ${limit.toPrecision(4)}`;
    },
  };
}
