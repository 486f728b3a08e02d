/** What a run tells whoever watches it. Readers only: nothing they do changes the run. */
import type { CurvePoint, Outcome, TrialRecord } from "../core/trial.ts";
import type { RunState } from "../journal/state.ts";
import type { DueRepeat } from "./due-repeats.ts";

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
  note?(text: string): void;
}
