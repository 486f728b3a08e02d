/**
 * What happened to a candidate: the trial, its outcome and the verdict. These shapes are shared by the loop, the
 * journal, the proposers and every reader, and they are exactly what the journal stores.
 */
import type { Evidence } from "./contest.ts";
import type { Edit } from "./edit.ts";
import type { Json } from "./json.ts";

/** Content hash of a candidate's program files (see candidate.ts). */
export type CandidateId = string;

/** One point of a learning curve: seconds on the budget's clock since the first step, and the loss. */
export interface CurvePoint {
  readonly seconds: number;
  readonly loss: number;
}

/** How a trial ended. Only `scored` carries a score; every other status is data too, never an exception. */
export type OutcomeStatus = "scored" | "invalid" | "crashed" | "timed-out" | "stopped-early" | "interrupted";

export interface Outcome {
  readonly status: OutcomeStatus;
  /** The metric; finite when `status` is `scored`, else null. */
  readonly score: number | null;
  /** One sentence for people and proposers; empty when scored. */
  readonly reason: string;
  /** Whether the number came from the frozen evaluator or from the program's own mouth. */
  readonly selfReported: boolean;
  /** Every other number that was reported by name (training_seconds, peak_vram_mb …). */
  readonly metrics: Readonly<Record<string, number>>;
  readonly diagnostics: Diagnostics;
}

/** Measured by the host, not claimed by the program. */
export interface Diagnostics {
  /** Whole trial, launch to verdict-ready, wall seconds. */
  readonly wallSeconds: number;
  /** Seconds on the budget's clock since the first step. */
  readonly trainSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMemoryBytes: number;
  /** Last characters the program printed, control characters removed, at most 2,000. */
  readonly outputTail: string;
}

export interface Verdict {
  readonly decision: "keep" | "discard";
  /** Name of the rule that decided. */
  readonly rule: string;
  readonly reason: string;
  /** Reward of the proposer (autoresearch-rl Alg. 1 and §6.3; judge/reward.ts). */
  readonly reward: number;
  /** Of a candidate that was run again beside the champion. */
  readonly evidence?: Evidence;
}

/** Why a trial or a run ended that somebody stopped. */
export const INTERRUPTED = "interrupted by the user";

/** One row of a run's history: everything a proposer or a reader may know of a trial. */
export interface TrialRecord {
  /** 0 is the baseline; counts up without gaps. */
  readonly trial: number;
  /** Execution attempts so far; more than 1 after an interruption. */
  readonly attempts: number;
  readonly proposer: string;
  /** One line: what the edit does. */
  readonly description: string;
  readonly parent: CandidateId | null;
  /** Null when the edit did not apply. */
  readonly candidate: CandidateId | null;
  readonly edit: Edit | null;
  /** The proposer's own notes, given back to it in later calls. */
  readonly detail: Json;
  readonly seed: number;
  /** What was forgiven when the edit was applied, one phrase each. */
  readonly repairs?: readonly string[];
  readonly outcome: Outcome | null;
  readonly verdict: Verdict | null;
}
