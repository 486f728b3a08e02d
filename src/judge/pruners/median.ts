/** Stops a trial whose best loss so far is worse than the median of earlier trials at the same check. */
import type { Pruner } from "../pruner.ts";
import { type PercentileOptions, percentilePruner } from "./percentile.ts";

export const medianPruner = (options: Omit<PercentileOptions, "percentile"> = {}): Pruner =>
  percentilePruner({ ...options, percentile: 50 });
