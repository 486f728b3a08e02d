/**
 * What decides whether a running trial is hopeless. One pruner per file in pruners/; all are pure functions of the live
 * curve and the finished trials, so a resumed or replayed run stops the same trials at the same moment.
 *
 * Everything here is in regret space: curves fall and finals are better when lower, whatever the task's direction.
 */
import type { Trajectory } from "./forecast/trajectory.ts";

/** A finished trial as later ones see it. */
export interface PastTrial {
  readonly trial: number;
  /** What its curve had shown at each check that it reached. */
  readonly trajectory: Trajectory;
  /** Its score, negated if the task maximises; null if it has none (stopped, crashed, timed out). */
  readonly final: number | null;
}

/** What a pruner may know at one check of one running trial. */
export interface Evidence {
  /** Number of the running trial. */
  readonly trial: number;
  /** The checks that it has reached; the last one is now. Never empty. */
  readonly live: Trajectory;
  /** Checks in a whole budget; check k of K is at k/K of T_max. The last one is never judged. */
  readonly checks: number;
  /** What a trial must beat: the champion's score when it started; null while there is none. */
  readonly incumbent: number | null;
  /** Finished trials, in order of their numbers. The same array for all checks of one trial. */
  readonly past: readonly PastTrial[];
}

export interface Pruner {
  /** As written in the config and shown in reports. */
  readonly name: string;
  /**
   * One sentence saying why the trial is hopeless, or null to let it run. Contract: a pure function of `evidence`;
   * never throws, whatever the curves hold.
   */
  judge(evidence: Evidence): string | null;
}

/** The number of the check that is being judged. */
export const checkNow = ({ live }: Evidence): number => live.levels.length;

/** Past levels at check `k`, of those trials that reached it with a finite loss. */
export const levelsAt = (past: readonly PastTrial[], k: number): number[] =>
  past.map(({ trajectory }) => trajectory.levels[k - 1] ?? Number.NaN).filter(Number.isFinite);
