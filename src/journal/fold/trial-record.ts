/**
 * One trial's row of history, folded from that trial's events alone. Shared by the reducer and by the store, which
 * reads single trials without folding the run. Pure; safe in a browser.
 */
import type { TrialRecord } from "../../core/trial.ts";
import type { TrialFinished, TrialJudged, TrialProposed, TrialStarted } from "../events.ts";

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
