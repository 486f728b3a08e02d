/**
 * The events table: appended to in sequence, read in pages (so that nobody's loop body holds the database), folded
 * from the newest snapshot and the tail. Single trials are read by index, without folding the run.
 */
import { StropError } from "../core/errors.ts";
import type { TrialRecord } from "../core/trial.ts";
import type { RunEvent, StoredEvent } from "./events.ts";
import { reduce } from "./reduce.ts";
import type { Connection } from "./schema.ts";
import { damaged } from "./sqlite-errors.ts";
import { type RunState, STATE_VERSION } from "./state.ts";
import { finishedRecord, proposedRecord, startedRecord } from "./trial-record.ts";

/** A snapshot is written at least this many events after the one before. */
export const SNAPSHOT_EVERY = 1_000;
const PAGE = 500;

export interface EventLog {
  /** Must run inside a transaction. Returns the last sequence. */
  append(events: readonly RunEvent[]): number;
  page(from: number): StoredEvent[];
  /** Records of trials `first` to `last`, ascending. */
  trials(first: number, last: number): TrialRecord[];
  /** -1 when there is none. */
  lastTrial(): number;
  state(): RunState | null;
  /** What is folded already; undefined before the first fold. */
  folded(): RunState | null | undefined;
  /** Puts `folded` back, after a rollback. */
  rewind(folded: RunState | null | undefined): void;
}

export function eventLog(db: Connection, path: string): EventLog {
  const insert = db.prepare("INSERT INTO events (sequence, type, trial, body) VALUES (?, ?, ?, ?)");
  const selectPage = db.prepare<[number, number], { sequence: number; body: string }>(
    "SELECT sequence, body FROM events WHERE sequence >= ? ORDER BY sequence LIMIT ?",
  );
  const selectTrials = db.prepare<[number, number], { sequence: number; body: string }>(
    "SELECT sequence, body FROM events WHERE trial BETWEEN ? AND ? ORDER BY trial, sequence",
  );
  const selectLastTrial = db.prepare<[], { trial: number | null }>(
    "SELECT max(trial) AS trial FROM events WHERE trial IS NOT NULL",
  );
  const snapshots = snapshotCache(db);
  let folded: RunState | null | undefined;

  const decode = ({ sequence, body }: { sequence: number; body: string }): RunEvent => decodeEvent(body, sequence, path);
  const page = (from: number): StoredEvent[] =>
    selectPage.all(from, PAGE).map((row) => ({ sequence: row.sequence, event: decode(row) }));
  const state = (): RunState | null => {
    folded ??= snapshots.newest();
    for (;;) {
      const tail = page((folded?.sequence ?? 0) + 1);
      for (const { event } of tail) folded = reduce(folded, event);
      if (tail.length < PAGE) return folded;
    }
  };
  return {
    page,
    state,
    folded: () => folded,
    rewind: (before) => { folded = before; },
    lastTrial: () => selectLastTrial.get()?.trial ?? -1,
    trials: (first, last) => foldTrials(selectTrials.all(first, last).map(decode)),
    append(events) {
      let next = state();
      for (const event of events) {
        const body = encodeEvent(event);
        // Fold what a later reader will read, so that a resumed run sees exactly what this one sees.
        next = reduce(next, JSON.parse(body) as RunEvent);
        insert.run(next.sequence, event.type, "trial" in event ? event.trial : null, body);
      }
      folded = next;
      if (next !== null) snapshots.keep(next);
      return next?.sequence ?? 0;
    },
  };
}

interface SnapshotCache {
  newest(): RunState | null;
  /** Writes `state` if it is due. */
  keep(state: RunState): void;
}

function snapshotCache(db: Connection): SnapshotCache {
  const select = db.prepare<[number], { sequence: number; state: string }>(
    `SELECT sequence, state FROM snapshots
     WHERE version = ? AND sequence <= (SELECT max(sequence) FROM events) AND json_valid(state)
     ORDER BY sequence DESC LIMIT 1`,
  );
  const clear = db.prepare("DELETE FROM snapshots");
  const insert = db.prepare("INSERT INTO snapshots (sequence, version, state) VALUES (?, ?, ?)");
  let last = 0;
  return {
    newest() {
      const row = select.get(STATE_VERSION);
      last = row?.sequence ?? 0;
      return row === undefined ? null : JSON.parse(row.state) as RunState;
    },
    keep(state) {
      if (state.sequence < last + SNAPSHOT_EVERY) return;
      clear.run();
      insert.run(state.sequence, STATE_VERSION, JSON.stringify(state));
      last = state.sequence;
    },
  };
}

function foldTrials(events: readonly RunEvent[]): TrialRecord[] {
  const records: TrialRecord[] = [];
  for (const event of events) {
    const last = records.length - 1;
    const record = records[last];
    if (event.type === "trial.proposed") records.push(proposedRecord(event));
    else if (record !== undefined && event.type === "trial.started") records[last] = startedRecord(record, event);
    else if (record !== undefined && event.type === "trial.finished") records[last] = finishedRecord(record, event);
  }
  return records;
}

/** JSON writes NaN and infinities as null; a journal must not. */
function encodeEvent(event: RunEvent): string {
  return JSON.stringify(event, (key, value: unknown) => {
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw new StropError("journal.not-json", `expected finite numbers in ${event.type}, found ${value} as \`${key}\``, {
        hint: "This is a defect of strop: numbers that a program reports are checked before they are recorded.",
      });
    }
    return value;
  });
}

function decodeEvent(body: string, sequence: number, path: string): RunEvent {
  try {
    return JSON.parse(body) as RunEvent;
  } catch (thrown) {
    throw damaged(path, `event ${sequence} unreadable`, thrown);
  }
}
