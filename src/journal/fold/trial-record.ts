/**
 * One trial's row of history, folded from that trial's events alone. Shared by the reducer and by the store, which
 * reads single trials without folding the run. Pure; safe in a browser.
 */
import type { TrialRecord } from "../../core/trial.ts";
import type { ChampionDeposed, TrialFinished, TrialJudged, TrialProposed, TrialStarted } from "../events.ts";

export function proposedRecord(event: TrialProposed): TrialRecord {
  const { trial, proposer, description, parent, candidate, edit, detail, seed, repairs } = event;
  return {
    trial,
    attempts: 0,
    proposer,
    description,
    parent,
    candidate,
    edit,
    detail,
    seed,
    ...(repairs === undefined ? {} : { repairs }),
    outcome: null,
    verdict: null,
  };
}

/** A new attempt forgets the interruption of the one before. */
export const startedRecord = (record: TrialRecord, event: TrialStarted): TrialRecord => ({
  ...record,
  attempts: event.attempt,
  outcome: null,
});

export const finishedRecord = (record: TrialRecord, event: TrialFinished): TrialRecord => ({
  ...record,
  outcome: event.outcome,
  verdict: event.verdict,
});

export const judgedRecord = (record: TrialRecord, event: TrialJudged): TrialRecord => ({
  ...record,
  verdict: event.verdict,
});

/** What was kept and failed later is no better than what fails at once; what was seen of its score is no evidence of anything. */
export const deposedRecord = <Record extends Pick<TrialRecord, "outcome" | "verdict">>(
  record: Record,
  { reason }: Pick<ChampionDeposed, "reason">,
): Record => ({
  ...record,
  outcome: record.outcome && { ...record.outcome, status: "invalid", score: null, reason },
  verdict: record.verdict && { decision: "discard", rule: record.verdict.rule, reason, reward: 0 },
});
