/**
 * Keep what is better by more than a fixed margin. For users who know their noise: one trial decides, and nothing is
 * guaranteed beyond what the margin is worth.
 */
import { gain } from "../../core/metric.ts";
import type { KeepRule } from "../keep-rule.ts";
import { strictRule } from "./strict.ts";

/** `margin` in the metric's unit, 0 or above; at 0 this is the strict rule. */
export const marginRule = (margin: number): KeepRule => ({
  name: "margin",
  needsNoise: false,
  decide(contest) {
    const { direction, candidate, champion } = contest;
    const gained = champion === null ? Number.POSITIVE_INFINITY : gain(direction, candidate.score, champion.score);
    if (gained > 0 && !(gained > margin)) {
      return {
        decision: "discard",
        reason: `better by ${Number(gained.toPrecision(3))}, which is not more than ${margin}`,
      };
    }
    return strictRule.decide(contest);
  },
});
