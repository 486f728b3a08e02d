/** What the two experiments of the paper differ in; everything else is reprogram.ts. */
import type { Json } from "../../core/json.ts";
import type { CurvePoint, Outcome } from "../../core/trial.ts";
import type { Parts } from "../parts.ts";

/** What a stage of a trial works with. */
export interface Stage {
  readonly trial: number;
  /** Pieces that a resumed run does not repeat. */
  readonly parts: Parts;
  /** The value of the piece in the latest trial before this one that has it. */
  readonly earlier: (part: string) => Json | undefined;
  readonly signal: AbortSignal;
  /** For people: what is being done, and which share of it is. */
  readonly report: (activity: string, share: number) => void;
}

/** A candidate's run. */
export interface Measurement extends Stage {
  /** Takes the next point of the learning curve; a sentence means: stop, it is hopeless. */
  readonly observe: (point: CurvePoint) => string | undefined;
}

/** One source that somebody wrote. */
export interface Written {
  readonly text: string;
  readonly description: string;
  /** What the writer wants to see again with what the source earned. */
  readonly notes?: Json;
}

/** What a source earned (source-reward.ts). */
export interface Earned {
  readonly notes: Json;
  readonly reward: number;
  readonly isValid: boolean;
}

/** Which sources are to be written. */
export interface WritingPlace {
  /** From 1. */
  readonly iteration: number;
  /** Number of the first of them within the iteration, from 1. */
  readonly index: number;
  readonly count: number;
  /** Sources that the run has measured: to write them again would bring nothing. */
  readonly known: readonly string[];
  /** The sources of the round before, in order; none at first. */
  readonly before: readonly Earned[];
}

export interface Experiment {
  /** Runs a source. Contract: never rejects for what a source does; rejects with the signal's reason when aborted. */
  measure(source: string, run: Measurement): Promise<Outcome>;
  /** Sources for a place, written from the best one before its iteration. */
  write(source: string, place: WritingPlace, stage: Stage): Promise<readonly Written[]>;
  /** What is left to do with the best source when all iterations are done. */
  conclude(source: string, stage: Stage): Promise<void>;
}
