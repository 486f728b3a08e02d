/**
 * What a curve may be reduced to at one check: the loss there, its power-law forecast, and the forecast from finished
 * siblings. Calibration takes whichever tells good trials from bad ones best. Pure.
 */
import type { PastTrial } from "../pruner.ts";
import { siblingForecast } from "./siblings.ts";
import type { Trajectory } from "./trajectory.ts";

/** One number for each curve at one check; NaN where it shows nothing. */
export interface Reading {
  /** Of each finished trial, as if it were not yet known how it ended. */
  readonly seen: readonly number[];
  /** Of a running one. */
  see(live: Trajectory): number;
}

/** The readings of `finished` at check `k` (from 1). */
export function readingsAt(finished: readonly (PastTrial & { readonly final: number })[], k: number): Reading[] {
  const siblings = finished.map(({ trajectory, final }) => ({ levels: trajectory.levels, final }));
  const fromSiblings = siblingForecast(siblings, k);
  return [
    simply(finished, ({ levels }) => levels[k - 1] ?? Number.NaN),
    simply(finished, (trajectory) => trajectory.forecast(k)?.loss ?? Number.NaN),
    ...(fromSiblings === null
      ? []
      : [{ seen: fromSiblings.leaveOneOut, see: ({ levels }: Trajectory) => fromSiblings.forecast(levels) }]),
  ];
}

/** A reading that looks at one curve alone. */
const simply = (finished: readonly PastTrial[], see: Reading["see"]): Reading => ({
  seen: finished.map(({ trajectory }) => see(trajectory)),
  see,
});
