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
  /** Own trials up to there that had no verdict yet, as what looks good is run again first: they are learned from when they have one. */
  readonly undecided?: readonly number[] | undefined;
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
  /** Those with a verdict that were not learned from. */
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
  const { updates, upTo, undecided = [] } = learned ?? NOTHING;
  const isNew = ({ record }: OwnTrial<Notes>) => record.trial > upTo || undecided.includes(record.trial);
  const fresh = own.filter((one) => isNew(one) && one.record.verdict !== null);
  const last = Math.max(upTo, ...fresh.map(({ record }) => record.trial));
  const waiting = own.flatMap((one) =>
    isNew(one) && one.record.verdict === null && one.record.trial <= last ? [one.record.trial] : [],
  );
  const update = { updates: updates + 1, upTo: last, ...(waiting.length > 0 && { undecided: waiting }) };
  return { own, learned, fresh, update };
}

const NOTHING: Update = { updates: 0, upTo: 0 };
