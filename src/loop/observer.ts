/** What a run tells whoever watches it. Readers only: nothing they do changes the run. */
import type { CurvePoint, TrialRecord } from "../core/trial.ts";
import type { RunState } from "../journal/state.ts";

export interface RunObserver {
  /** Once, before the first trial. `notes` are sentences for people. */
  opened?(state: RunState, notes: readonly string[]): void;
  trialStarted?(trial: TrialRecord, state: RunState): void;
  curvePoint?(trial: TrialRecord, point: CurvePoint): void;
  trialFinished?(trial: TrialRecord, state: RunState): void;
  note?(text: string): void;
}
