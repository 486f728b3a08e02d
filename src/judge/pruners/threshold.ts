/** Stops a trial whose loss lies outside fixed limits, or is still no number, from a given check on. */
import { checkNow, type Pruner } from "../pruner.ts";

export interface ThresholdOptions {
  /** Stop above this loss. */
  readonly upper?: number;
  /** Stop below it: too good to be true. */
  readonly lower?: number;
  /** Checks without judgement. */
  readonly grace?: number;
}

export function thresholdPruner({
  upper = Number.POSITIVE_INFINITY,
  lower = Number.NEGATIVE_INFINITY,
  grace = 0,
}: ThresholdOptions = {}): Pruner {
  return {
    name: "threshold",
    judge(evidence) {
      const loss = evidence.live.levels.at(-1) ?? Number.NaN;
      if (checkNow(evidence) <= grace || (loss >= lower && loss <= upper)) return null;
      return `the loss ${loss.toPrecision(4)} is outside ${lower} to ${upper}`;
    },
  };
}
