/** What a run left in its journal, for tests that have run one. */
import { join } from "node:path";

import type { Outcome, TrialRecord } from "../../src/core/trial.ts";
import type { RunEvent } from "../../src/journal/events.ts";
import { type Journal, openJournal } from "../../src/journal/journal.ts";

/** `read` must take all that it wants: the journal is closed when it returns. */
export function readRun<T>(folder: string, read: (journal: Journal) => T, run = "run-001"): T {
  const journal = openJournal(join(folder, ".strop/runs", run, "journal.db"), { readOnly: true });
  try {
    return read(journal);
  } finally {
    journal.close();
  }
}

export const trialsOf = (folder: string, run?: string): TrialRecord[] =>
  readRun(folder, (journal) => [...journal.trials()], run);

export const eventsOf = (folder: string, run?: string): RunEvent[] =>
  readRun(folder, (journal) => [...journal.events()].map((stored) => stored.event), run);

export const baselineOutcome = (folder: string): Outcome | null | undefined =>
  readRun(folder, (journal) => journal.trial(0)?.outcome);
