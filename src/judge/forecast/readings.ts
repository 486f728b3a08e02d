/**
 * What a curve may be reduced to at one check: the loss there, what that is on its way to, and its power-law forecast.
 * Calibration takes whichever tells good trials from bad ones best. Pure.
 */
import type { PastTrial } from "../pruner.ts";
import type { Trajectory } from "./trajectory.ts";

/** One number for each curve at one check; NaN where it shows nothing. */
export interface Reading {
  /** Of each finished trial, as if it were not yet known how it ended. */
  readonly seen: readonly number[];
  /** Of a running one. */
  see(live: Trajectory): number;
}

/** Checks over which a curve's present fall is taken. */
const FALL = 2;
/** Share of the rest of the budget through which a curve goes on falling as now: the middle of level (0) and straight line (1). */
const GOES_ON = 0.5;

/** The readings of `finished` at check `k` (from 1) of `checks`. */
export function readingsAt(finished: readonly PastTrial[], k: number, checks: number): Reading[] {
  const levelAt = ({ levels }: Trajectory, check: number) => levels[check - 1] ?? Number.NaN;
  const fallOf = (trajectory: Trajectory) => (levelAt(trajectory, k - FALL) - levelAt(trajectory, k)) / FALL;
  return [
    simply(finished, (trajectory) => levelAt(trajectory, k)),
    simply(finished, (trajectory) => levelAt(trajectory, k) - GOES_ON * (checks - k) * fallOf(trajectory)),
    simply(finished, (trajectory) => trajectory.forecast(k)?.loss ?? Number.NaN),
  ];
}

const simply = (finished: readonly PastTrial[], see: Reading["see"]): Reading => ({
  seen: finished.map(({ trajectory }) => see(trajectory)),
  see,
});
