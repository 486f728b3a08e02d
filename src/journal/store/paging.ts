/** Iterators that read a page at a time, so that a loop over a journal never holds the database, whatever its body does. */
import type { TrialRecord } from "../../core/trial.ts";
import type { StoredEvent } from "../events.ts";

const TRIALS_PER_PAGE = 250;

export interface TrialsOptions {
  /** First trial number, inclusive; default 0, or the last trial when descending. */
  readonly from?: number;
  readonly limit?: number;
  readonly order?: "ascending" | "descending";
}

/** Events from sequence `from` until a page is empty. */
export function* eventPages(from: number, page: (from: number) => StoredEvent[]): IterableIterator<StoredEvent> {
  for (let events = page(from); events.length > 0; events = page(from)) {
    yield* events;
    from = events.at(-1)!.sequence + 1;
  }
}

/** How a trial ended: the part of a trial that sums over a run are made of. */
export type TrialEnd = Pick<TrialRecord, "trial" | "outcome" | "verdict">;

/** What the pages of trials are read from: trials are numbered from 0 without gaps. */
export interface TrialSource {
  /** Records of trials `first` to `last`, ascending. */
  trials(first: number, last: number): TrialRecord[];
  /** The ends of those of them that have one. Reads a third of what `trials` reads. */
  ends(first: number, last: number): TrialEnd[];
  /** -1 when there is none. */
  lastTrial(): number;
}

/** The ends of all trials that have one, ascending. */
export function* endPages(source: TrialSource): IterableIterator<TrialEnd> {
  for (let next = 0; next <= source.lastTrial(); next += TRIALS_PER_PAGE)
    yield* source.ends(next, next + TRIALS_PER_PAGE - 1);
}

export function* trialPages(source: TrialSource, options: TrialsOptions): IterableIterator<TrialRecord> {
  const isDescending = options.order === "descending";
  let left = options.limit ?? Infinity;
  let next = options.from ?? (isDescending ? source.lastTrial() : 0);
  if (isDescending) next = Math.min(next, source.lastTrial());
  while (left > 0 && next >= 0) {
    const size = Math.min(left, TRIALS_PER_PAGE);
    const page = isDescending
      ? source.trials(Math.max(0, next - size + 1), next).reverse()
      : source.trials(next, next + size - 1);
    if (page.length === 0) return;
    yield* page;
    left -= page.length;
    next += isDescending ? -page.length : page.length;
  }
}
