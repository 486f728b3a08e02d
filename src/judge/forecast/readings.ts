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

type Finished = PastTrial & { readonly final: number };

/** The readings of `finished` at check `k` (from 1); the one from siblings only if asked for. */
export function readingsAt(finished: readonly Finished[], k: number, siblings: boolean): Reading[] {
  return [
    simply(finished, ({ levels }) => levels[k - 1] ?? Number.NaN),
    simply(finished, (trajectory) => trajectory.forecast(k)?.loss ?? Number.NaN),
    ...(siblings ? fromSiblings(finished, k) : []),
  ];
}

function fromSiblings(finished: readonly Finished[], k: number): Reading[] {
  const others = finished.map(({ trajectory, final }) => ({ levels: trajectory.levels, final }));
  const forecast = siblingForecast(others, k);
  return forecast === null ? [] : [{ seen: forecast.leaveOneOut, see: ({ levels }) => forecast.forecast(levels) }];
}

/** A reading that looks at one curve alone. */
const simply = (finished: readonly PastTrial[], see: Reading["see"]): Reading => ({
  seen: finished.map(({ trajectory }) => see(trajectory)),
  see,
});
