/** What a run tells whoever watches it. Readers only: nothing they do changes the run. */
import type { CurvePoint, Outcome, TrialRecord } from "../../core/trial.ts";
import type { RunState } from "../../journal/state.ts";
import type { DueRepeat } from "./due-repeats.ts";

/** A question to a language model or to a coding agent. */
export interface UnderWay {
  readonly exchange: number;
  readonly model: string;
  /** `trial-12` */
  readonly purpose: string;
}

export interface RunObserver {
  /** Once, before the first trial. `notes` are sentences for people. */
  opened?(state: RunState, notes: readonly string[]): void;
  trialStarted?(trial: TrialRecord, state: RunState): void;
  curvePoint?(trial: TrialRecord, point: CurvePoint): void;
  /** With its verdict. */
  trialFinished?(trial: TrialRecord, state: RunState): void;
  /** Scored, but undecided: `trialFinished` follows when it has been run again beside the champion. */
  trialContested?(trial: TrialRecord, state: RunState): void;
  repeatStarted?(repeat: DueRepeat, state: RunState): void;
  repeatFinished?(repeat: DueRepeat, outcome: Outcome, state: RunState): void;
  /** Before it leaves; `modelAnswered` follows, also when it fails. */
  modelAsked?(call: UnderWay, state: RunState): void;
  modelAnswered?(exchange: number, state: RunState): void;
  note?(text: string): void;
}
