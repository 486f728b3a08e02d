/**
 * A downstream task of STOP (§5): instances drawn from a distribution, what a solution is given of each, and how its
 * answer is judged. What is secret (planted solutions, labels, references) lives in the closure of `judge` and never
 * leaves the host.
 */
import type { Json } from "../core/json.ts";

/** Validation instances guide an improver; test instances are only reported. */
export type Split = "validation" | "test";

/** The reward hacks (§6.3) that a check can see in an answer. */
export type AnswerFlag = "wrong-shape" | "not-a-number" | "out-of-range" | "not-a-permutation";

/** What one answer is worth. */
export interface Mark {
  /** In [0, 1]; 0 when there is a flag. */
  readonly score: number;
  readonly flag?: AnswerFlag;
  /** Expected and found, one sentence; only with a flag. */
  readonly problem?: string;
}

export interface TaskInstance {
  /** What `algorithm` is called with: all that the solution ever sees. */
  readonly arguments: readonly Json[];
  /** Pure. `seconds`: what the answer took by the host's clock, in reference seconds (calibrate.ts). */
  judge(answer: Json, seconds: number): Mark;
}

export interface DownstreamTask {
  /** Name and variant: `parity-noise`, `sat hard`. */
  readonly name: string;
  /** What the improver sees: the form of the function and how it is scored, in TypeScript. */
  readonly description: string;
  /** The program that is to be improved, TypeScript. */
  readonly seedSolution: string;
  /** Reference seconds that one answer may take. */
  readonly limitSeconds: number;
  /** Score of an instance that the solution threw on or ran out of time on. */
  readonly failureScore: number;
  /** The same seed gives the same instances; the splits are independent streams of it. */
  instances(split: Split, seed: number | string): readonly TaskInstance[];
}
