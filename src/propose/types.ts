/**
 * The one interface of everybody who suggests edits. A proposer is a pure function of the history and a random
 * stream: it keeps no state between calls, so a resumed run proposes exactly what the uninterrupted one would have.
 */
import type { Edit, ProgramFiles } from "../core/edit.ts";
import type { Json } from "../core/json.ts";
import type { Random } from "../core/numerics/random.ts";
import type { Direction, Task } from "../core/task.ts";
import type { CandidateId, TrialRecord } from "../core/trial.ts";

/** What a proposer may know (autoresearch-rl §3.1, §4.3), built from the journal alone. */
export interface ProposerContext {
  readonly direction: Direction;
  readonly task: Task;
  /** Number of the trial to be proposed. */
  readonly trial: number;
  /** The agenda's text, or "". */
  readonly agenda: string;
  readonly champion: { readonly candidate: CandidateId; readonly score: number; readonly trial: number };
  readonly baseline: { readonly candidate: CandidateId; readonly score: number };
  /** Finished trials in order of their numbers, baseline first; at most the last 512 plus the best 64. */
  readonly history: readonly TrialRecord[];
  /** Trials that are running now. */
  readonly pending: readonly TrialRecord[];
  /** The files of any candidate in `history`, `pending`, `champion` or `baseline`. */
  program(candidate: CandidateId): ProgramFiles;
  /** Fresh for every proposal: derived from the run's seed and the trial's number. */
  readonly random: Random;
}

export interface Proposal {
  /** Null for an answer that holds no edit: the trial is invalid, and `problem` says why. */
  readonly edit: Edit | null;
  /** One sentence, for an edit that is known not to be worth running. */
  readonly problem?: string;
  /** The candidate that the edit applies to. */
  readonly parent: CandidateId;
  /** One line for people: `learningRate 0.001 → 0.003`. */
  readonly description: string;
  /** Notes for this proposer's later calls; enters the journal. */
  readonly detail: Json;
  /** Set by a proposer that delegates: who really proposed. */
  readonly proposer?: string;
}

export interface Proposer {
  readonly name: string;
  /** Why a run ends for which it has nothing more to propose; default: that it has none. */
  readonly dryReason?: string;
  /** Null when it has nothing (more) to propose. Contract: rejects only when it cannot go on at all. */
  propose(context: ProposerContext, signal: AbortSignal): Promise<Proposal | null>;
}
