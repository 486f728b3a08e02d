/**
 * What decides whether a scored candidate becomes the champion. One rule per file; all are pure, so a journal replayed
 * under the same rule gives the same verdicts.
 */
import type { ProgramFiles } from "../core/edit.ts";
import type { Direction } from "../core/task.ts";

/** A candidate's case: its score and its program. */
export interface Contender {
  /** Finite. */
  readonly score: number;
  readonly files: ProgramFiles;
}

export interface Contest {
  readonly direction: Direction;
  readonly candidate: Contender;
  /** Null for the first scored trial, which always becomes champion. */
  readonly champion: Contender | null;
}

export interface Ruling {
  readonly decision: "keep" | "discard";
  /** One sentence for people and proposers. */
  readonly reason: string;
}

export interface KeepRule {
  /** Enters the journal with each verdict. */
  readonly name: string;
  /** Contract: must not throw; must discard whatever is worse than the champion. */
  decide(contest: Contest): Ruling;
}
