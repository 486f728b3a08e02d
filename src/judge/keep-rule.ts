/**
 * What decides whether a scored candidate becomes the champion. One rule per file; all are pure, so a journal replayed
 * under the same rule gives the same verdicts.
 */
import type { Evidence, Pair, Purse, Spending, Spread } from "../core/contest.ts";
import type { ProgramFiles } from "../core/edit.ts";
import type { Comparison } from "../core/metric.ts";
import type { Direction } from "../core/task.ts";

/** A candidate's case: its score and its program. */
export interface Contender {
  /** Finite. The candidate's first score; the champion's score as it is known now. */
  readonly score: number;
  readonly files: ProgramFiles;
}

/** A contest that is under way: where its level came from, and what was measured in it. */
export interface ContestSoFar {
  readonly purse: Purse;
  readonly level: number;
  /** In order; only runs that began after the contest was opened. */
  readonly pairs: readonly Pair[];
}

export interface Contest {
  readonly direction: Direction;
  /** Default: their difference. */
  readonly comparison?: Comparison;
  readonly candidate: Contender;
  /** Null for the first scored trial, which always becomes champion. */
  readonly champion: Contender | null;
  /**
   * Spread of scores of one program between seeds, or, where ratios are compared, of their logarithms times the champion's score;
   * undefined where nothing was measured.
   */
  readonly noise?: Spread | undefined;
  /** How many runs stand behind the champion's score; default 1. */
  readonly championRuns?: number;
  /** What earlier contests of the run were paid; default nothing. */
  readonly spent?: Readonly<Record<Purse, Spending>> | undefined;
  /** How many times `maxRepeats` pairs it may take; default 1. */
  readonly patience?: number;
  /** Undefined at the candidate's first look. */
  readonly soFar?: ContestSoFar | undefined;
}

export type Ruling =
  | {
      readonly decision: "keep" | "discard";
      /** One sentence for people and proposers. */
      readonly reason: string;
      readonly evidence?: Evidence | undefined;
    }
  | {
      /** Undecided: run both programs once more, with a fresh seed. */
      readonly decision: "measure";
      readonly reason: string;
      readonly purse: Purse;
      /** The contest's own error probability; settled at the first look and never changed. */
      readonly level: number;
    };

export interface KeepRule {
  /** Enters the journal with each verdict. */
  readonly name: string;
  /** Whether the baseline is repeated before the first verdict, to know the noise. */
  readonly needsNoise: boolean;
  /** Contract: must not throw; without evidence from pairs it must discard whatever is worse than the champion. */
  decide(contest: Contest): Ruling;
}
