/**
 * The events of a run, in the past tense. They are the only state there is: everything else is a fold over them
 * (reduce.ts). `at` is wall-clock time in milliseconds and is for people only; no decision may depend on it.
 */
import type { Purse } from "../core/contest.ts";
import type { ModelFailureKind, TokenUsage } from "../core/exchange.ts";
import type { Json } from "../core/json.ts";
import type { Task } from "../core/task.ts";
import type { CandidateId, Outcome, TrialRecord, Verdict } from "../core/trial.ts";

/** Everything that is fixed when a run starts. */
export interface RunStarted {
  readonly type: "run.started";
  readonly at: number;
  /** `run-001`, counting up per task folder. */
  readonly run: string;
  readonly version: string;
  readonly task: Task;
  readonly seed: number;
  /** The tier that programs run in; `none` is shown in every report. */
  readonly tier: string;
  /** SHA-256 over the environment's files. */
  readonly environmentHash: string;
  /** What was saved to name the file that has changed (workspace/pins.ts), and what lay in its folders then; absent in old journals. */
  readonly pins?: CandidateId;
  readonly baseline: CandidateId;
}

/** strop was started again on this run. `task` may differ from before in what no score depends on: stop conditions, proposers, parallelism … */
export interface RunResumed {
  readonly type: "run.resumed";
  readonly at: number;
  readonly task: Task;
  readonly tier: string;
}

/** The run reached an end; a later `run.resumed` opens it again. */
export interface RunEnded {
  readonly type: "run.ended";
  readonly at: number;
  /** `target reached`, `30 trials done`, `interrupted by the user` … */
  readonly reason: string;
}

/** A trial exists from here on: its number, edit and candidate are settled. */
export interface TrialProposed {
  readonly type: "trial.proposed";
  readonly at: number;
  readonly trial: number;
  readonly proposer: string;
  readonly description: string;
  readonly parent: CandidateId | null;
  readonly candidate: CandidateId | null;
  readonly edit: TrialRecord["edit"];
  readonly detail: Json;
  readonly seed: number;
  /** What was forgiven when the edit was applied, one phrase each. */
  readonly repairs?: readonly string[];
}

export interface TrialStarted {
  readonly type: "trial.started";
  readonly at: number;
  readonly trial: number;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

/**
 * The outcome and, written in the same transaction, the verdict on it. An outcome `interrupted` has no verdict
 * and leaves the trial open: it is run again on resume. A scored one without a verdict waits for `trial.judged`.
 */
export interface TrialFinished {
  readonly type: "trial.finished";
  readonly at: number;
  readonly trial: number;
  readonly outcome: Outcome;
  readonly verdict: Verdict | null;
}

/** A scored trial is to be run again beside the champion; opened anew whenever the champion changes meanwhile. */
export interface ContestOpened {
  readonly type: "contest.opened";
  readonly at: number;
  readonly trial: number;
  /** Trial of the champion that it is run beside. */
  readonly opponent: number;
  readonly purse: Purse;
  /** Error probability that this contest may use; fixed before its first pair. */
  readonly level: number;
  readonly reason: string;
}

/** One further run of a program, with a seed of its own. Repeats that were running at a kill are run again. */
export interface Repeat {
  /**
   * Number of the contest, counted up from 0 over the run; `baseline` to measure the noise; `noise` to measure that of a
   * champion far from the baseline; `champion` to measure once more what was kept.
   */
  readonly of: number | "baseline" | "noise" | "champion";
  /** Outside contests always `champion`. */
  readonly side: "candidate" | "champion";
  /** Of the pair, from 0; of the baseline's repeats, from 1; of the champion's and of its noise's, from 0. */
  readonly index: number;
}

export interface RepeatStarted {
  readonly type: "repeat.started";
  readonly at: number;
  readonly repeat: Repeat;
  readonly seed: number;
}

/** Never with an outcome `interrupted`: such a repeat did not happen. */
export interface RepeatFinished {
  readonly type: "repeat.finished";
  readonly at: number;
  readonly repeat: Repeat;
  readonly outcome: Outcome;
}

/** The verdict on a scored trial that had none when it finished. */
export interface TrialJudged {
  readonly type: "trial.judged";
  readonly at: number;
  readonly trial: number;
  readonly verdict: Verdict;
}

/** A champion that fails where those before it did not is none: the one before it is champion again. */
export interface ChampionDeposed {
  readonly type: "champion.deposed";
  readonly at: number;
  /** Of the champion. */
  readonly trial: number;
  /** One sentence for people and proposers. */
  readonly reason: string;
}

/** The champion's holdout result; never shown to a proposer. */
export interface HoldoutMeasured {
  readonly type: "holdout.measured";
  readonly at: number;
  readonly trial: number;
  readonly score: number | null;
  readonly reason: string;
}

/**
 * A piece of an open trial's work is done and need not be done again by a resumed run: one downstream run of an improver,
 * one stage of a training.
 */
export interface PartFinished {
  readonly type: "part.finished";
  readonly at: number;
  readonly trial: number;
  /** Names the piece within its trial, once. */
  readonly part: string;
  readonly value: Json;
}

/** A language model is about to be called. A call that a kill cut off counts with all that it could have cost. */
export interface ModelAsked {
  readonly type: "model.asked";
  readonly at: number;
  /** Counts up from 0. */
  readonly exchange: number;
  /** SHA-256 of purpose, model and request. */
  readonly key: string;
  readonly purpose: string;
  readonly model: string;
  /** Most that the call can cost, US dollars. */
  readonly reserved: number;
}

/** What the call came to; the texts are in the table of exchanges, written in the same transaction. */
export interface ModelAnswered {
  readonly type: "model.answered";
  readonly at: number;
  readonly exchange: number;
  readonly usage: TokenUsage;
  /** US dollars; null when the price is not known. */
  readonly cost: number | null;
  readonly failure: ModelFailureKind | null;
  /** The server did not say what it used, or said nonsense: `usage` is an estimate. */
  readonly isEstimated?: boolean | undefined;
  readonly wallSeconds: number;
}

export type RunEvent =
  | RunStarted
  | RunResumed
  | RunEnded
  | TrialProposed
  | TrialStarted
  | TrialFinished
  | HoldoutMeasured
  | ContestOpened
  | RepeatStarted
  | RepeatFinished
  | TrialJudged
  | ChampionDeposed
  | PartFinished
  | ModelAsked
  | ModelAnswered;

/** An event as stored: numbered from 1 without gaps. */
export interface StoredEvent {
  readonly sequence: number;
  readonly event: RunEvent;
}
