/**
 * The folded state of a run. Its size is bounded whatever the number of trials, so a run of 100,000 trials resumes
 * as fast as one of 100; the full list is read from the store by those who print it (`strop log`, exports).
 */
import type { NoiseRun, Purse, Spending, Spread } from "../core/contest.ts";
import type { Task } from "../core/task.ts";
import type { CandidateId, OutcomeStatus, TrialRecord } from "../core/trial.ts";
import type { ModelCalls } from "./model-use.ts";

export interface Champion {
  /** Empty in an imported run, whose programs are not known. */
  readonly candidate: CandidateId;
  readonly trial: number;
  /**
   * Mean of the runs since it became champion, which nothing selected; before the first of them, mean of its runs in the
   * contest that it won. Without a contest, the score of its one run.
   */
  readonly score: number;
  /** Runs behind `score`. */
  readonly runs: number;
  /** Of these, runs since it became champion. */
  readonly fresh: number;
  /** Mean gain over the champion before, in the pairs that made it one; undefined where one run decided. */
  readonly gained?: number;
  /** Runs since it became champion that were invalid: it ran, and what it made was refused. Undefined where none was. */
  readonly failed?: number;
  /** Why the last of these was refused. */
  readonly failure?: string;
  /** Trial of the champion that was deposed, where it is champion again. */
  readonly insteadOf?: number;
}

/** A scored trial that waits for its verdict, in a contest with the champion or for one. */
export interface OpenContest {
  readonly record: TrialRecord;
  /** Null until `contest.opened`, and then what it said. */
  readonly terms: {
    readonly contest: number;
    readonly opponent: number;
    readonly purse: Purse;
    readonly level: number;
    /** What of the level was won back by a kept candidate. */
    readonly refund: number;
  } | null;
  /** Scores by pair; null for a run without one. The sides are never more than one run apart. */
  readonly candidate: readonly (number | null)[];
  readonly champion: readonly (number | null)[];
}

/** What is known of the spread of scores between seeds. */
export interface NoiseState {
  /** Runs of the baseline: trial 0 as index 0, then its repeats, in the order they finished. */
  readonly baseline: readonly NoiseRun[];
  /** Runs of the newest champion whose score was far from where the noise was known; they stand for the baseline's then. */
  readonly anew: { readonly trial: number; readonly runs: readonly NoiseRun[] } | null;
  /** From differences within contests since, halved to be those of single scores; of their logarithms, where ratios are compared. */
  readonly pooled: Spread;
}

export interface RunState {
  /** Events folded so far: the sequence of the last one. */
  readonly sequence: number;
  readonly run: string;
  readonly version: string;
  readonly task: Task;
  readonly seed: number;
  readonly tier: string;
  /** Every tier this run has used, in order of first use. */
  readonly tiers: readonly string[];
  readonly environmentHash: string;
  readonly baseline: CandidateId;
  readonly baselineScore: number | null;
  readonly champion: Champion | null;
  /** Every champion there was, the baseline first, but for those that were deposed: the staircase of the chart. */
  readonly champions: readonly Champion[];
  readonly noise: NoiseState;
  /** By trial number, ascending. Those about little wait (loop/research/due-repeats.ts), so there may be more than workers. */
  readonly contests: readonly OpenContest[];
  /** Number the next contest gets. */
  readonly nextContest: number;
  readonly spent: Readonly<Record<Purse, Spending>>;
  /** Finished repeats, of the baseline and in contests. */
  readonly repeats: number;
  /** In the order of the champions, whichever was measured first. */
  readonly holdouts: readonly {
    readonly trial: number;
    readonly score: number | null;
    /** Better than the champion before it on the metric, and worse on the holdout by more than the noise. */
    readonly isOverfit: boolean;
  }[];
  /** Number the next trial gets. */
  readonly nextTrial: number;
  /** Proposed but not finished (running, or interrupted and to be run again), by trial number, ascending. */
  readonly open: readonly TrialRecord[];
  /** The last WINDOW finished trials, ascending. */
  readonly recent: readonly TrialRecord[];
  /** The TOP best scored trials, best first; ties: earlier first. */
  readonly best: readonly TrialRecord[];
  readonly counts: Readonly<Record<OutcomeStatus, number>> & { readonly kept: number; readonly discarded: number };
  /** Finished trials and their summed reward and keeps, by proposer. */
  readonly proposers: Readonly<
    Record<string, { readonly trials: number; readonly kept: number; readonly reward: number }>
  >;
  /** Calls of language models: tokens, dollars, and what is under way. */
  readonly models: ModelCalls;
  /** Finished trials since the champion last changed. */
  readonly sinceImprovement: number;
  /** Milliseconds of wall time in which the run was active, summed over its sessions. */
  readonly activeMs: number;
  readonly startedAt: number;
  readonly lastAt: number;
  /** Reason of the last `run.ended`, or null while the run is open. */
  readonly ended: string | null;
}

/** How many finished trials `recent` keeps. */
export const WINDOW = 512;
/** How many scored trials `best` keeps. */
export const TOP = 64;
/**
 * Number of this shape and of what reduce.ts computes. Stored snapshots of another number are ignored and folded
 * anew, so raise it with every change of either (test/journal/fold/reduce.test.ts holds the fingerprint).
 */
export const STATE_VERSION = 9;
