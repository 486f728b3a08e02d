/**
 * Where trials run. One interface, so that this machine, Slurm or Ray look the same to the loop.
 * An executor turns a candidate into an outcome; it knows nothing of champions, history or verdicts.
 */
import type { ProgramFiles } from "../core/edit.ts";
import type { CurvePoint, Outcome } from "../core/trial.ts";

export interface TrialRequest {
  readonly files: ProgramFiles;
  readonly seed: number;
  /** Names the trial's temporary folder: `12-1`. Letters, digits and `-`. */
  readonly label: string;
  /** Each point of the learning curve as it arrives. Contract: must not throw. */
  readonly onCurve?: (point: CurvePoint) => void;
  /** Asked after every point; a sentence stops the trial early with that reason. */
  readonly shouldStop?: (curve: readonly CurvePoint[]) => string | undefined;
  /** Wall seconds of silence, once it has reported a step, after which a trial is stopped early. Default: stall-detector.ts. */
  readonly stallSeconds?: number | undefined;
  /** Aborting ends the trial with the outcome `interrupted`. */
  readonly signal: AbortSignal;
}

export interface Executor {
  /** Never rejects for what a candidate does; rejects with a StropError when the harness itself cannot go on. */
  run(request: TrialRequest): Promise<Outcome>;
  /** Runs the program again and scores what it leaves with the holdout command. */
  holdout(request: TrialRequest): Promise<Outcome>;
  close(): Promise<void>;
}
