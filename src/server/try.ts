/** An edit that somebody handed in, and what has become of it. */
import type { Edit } from "../core/edit.ts";
import type { StropError } from "../core/errors.ts";
import { fieldsOf } from "../core/json.ts";
import type { CandidateId, TrialRecord } from "../core/trial.ts";

export interface HandedIn {
  readonly edit: Edit;
  /** The program that its author saw; by the time its turn comes another may be champion. */
  readonly parent: CandidateId;
  readonly description: string;
  /** Who handed it in, as the journal names it. */
  readonly proposer: string;
}

/** The fate is updated as the run goes on. */
export interface Try extends HandedIn {
  readonly ticket: string;
  /** Null until its turn comes. */
  trial: number | null;
  /** Nothing more happens to it in this session. */
  isOver: boolean;
  /** Why it never became a trial. */
  problem: StropError | undefined;
}

/** The ticket that a trial's notes name, if it came from a try. */
export function ticketOf({ detail }: TrialRecord): string | undefined {
  const { ticket } = fieldsOf(detail);
  return typeof ticket === "string" ? ticket : undefined;
}
