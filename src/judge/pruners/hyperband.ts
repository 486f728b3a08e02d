/**
 * Hyperband (Li et al. 2018): several brackets of successive halving that begin at different rungs, so that late
 * bloomers have a bracket that waits for them. Trials are dealt to brackets in turn, in proportion to the brackets'
 * share of the budget.
 */
import type { Pruner } from "../pruner.ts";
import { successiveHalvingPruner } from "./successive-halving.ts";

export interface HyperbandOptions {
  /** η > 1. */
  readonly reduction?: number;
}

export function hyperbandPruner({ reduction = 3 }: HyperbandOptions = {}): Pruner {
  return {
    name: "hyperband",
    judge(evidence) {
      const { trial, past, checks } = evidence;
      const deal = brackets(checks, reduction);
      const bracketOf = (number: number) => deal[number % deal.length] as number;
      const bracket = bracketOf(trial);
      return successiveHalvingPruner({ reduction, firstRung: reduction ** bracket }).judge({
        ...evidence,
        past: past.filter((other) => bracketOf(other.trial) === bracket),
      });
    },
  };
}

/** Bracket s begins at rung η^s; it appears as often as its n_s = ⌈(s_max + 1)·η^(s_max − s) / (s_max − s + 1)⌉ asks. */
function brackets(checks: number, reduction: number): number[] {
  const most = Math.max(0, Math.floor(Math.log(checks) / Math.log(reduction) + 1e-9));
  return Array.from({ length: most + 1 }, (_, s) => s).flatMap((s) =>
    Array.from({ length: Math.ceil(((most + 1) * reduction ** (most - s)) / (most - s + 1)) }, () => s),
  );
}
