/**
 * Learning within a run as a fold over its history: an actor's own trials, what it learned last, and what has finished since. Actors
 * note on a trial what they have just learned and keep nothing else, so a resumed run learns what the uninterrupted one would have.
 */
import type { TrialRecord } from "../core/trial.ts";

/** What an actor notes of an update, beside what it learned. */
export interface Update {
  /** Updates made so far, this one included. */
  readonly updates: number;
  /** The newest trial that was learned from. */
  readonly upTo: number;
}

interface Noted {
  readonly learned?: Update | undefined;
}

export interface OwnTrial<Notes> {
  readonly record: TrialRecord;
  readonly notes: Notes;
}

export interface OwnTrials<Notes extends Noted> {
  /** In order of their numbers. */
  readonly own: readonly OwnTrial<Notes>[];
  /** Of the newest notes that hold any. */
  readonly learned: Notes["learned"];
  /** Those with a verdict that are newer than what was learned from. */
  readonly fresh: readonly OwnTrial<Notes>[];
  /** What an update on `fresh` notes. */
  readonly update: Update;
}

/** `read` gives an actor's notes on a trial; undefined for a trial of somebody else. */
export function ownTrials<Notes extends Noted>(
  records: readonly TrialRecord[],
  read: (record: TrialRecord) => Notes | undefined,
): OwnTrials<Notes> {
  const own = records
    .toSorted((a, b) => a.trial - b.trial)
    .flatMap((record) => {
      const notes = read(record);
      return notes === undefined ? [] : [{ record, notes }];
    });
  const learned = own.findLast(({ notes }) => notes.learned !== undefined)?.notes.learned;
  const { updates, upTo } = learned ?? { updates: 0, upTo: 0 };
  const fresh = own.filter(({ record }) => record.trial > upTo && record.verdict !== null);
  return { own, learned, fresh, update: { updates: updates + 1, upTo: fresh.at(-1)?.record.trial ?? upTo } };
}
