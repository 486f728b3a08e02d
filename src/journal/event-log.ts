/**
 * The events table: appended to in sequence, read in pages (so that nobody's loop body holds the database), folded
 * from the newest snapshot and the tail. Single trials are read by index, without folding the run.
 */
import { crc32 } from "node:zlib";

import { StropError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import type { TrialRecord } from "../core/trial.ts";
import type { RunEvent, StoredEvent } from "./events.ts";
import { reduce } from "./reduce.ts";
import type { Connection } from "./schema.ts";
import { snapshotCache } from "./snapshot-cache.ts";
import { damaged } from "./sqlite-errors.ts";
import type { RunState } from "./state.ts";
import { finishedRecord, judgedRecord, proposedRecord, startedRecord } from "./trial-record.ts";

const PAGE = 500;

export interface EventLog {
  /** Must run inside a transaction. Returns the last sequence. */
  append(events: readonly RunEvent[]): number;
  page(from: number): StoredEvent[];
  /** Records of trials `first` to `last`, ascending. */
  trials(first: number, last: number): TrialRecord[];
  /** What is done of a trial's work, by part; the first report of a part counts. */
  parts(trial: number): Map<string, Json>;
  /** -1 when there is none. */
  lastTrial(): number;
  state(): RunState | null;
  /** What is folded already; undefined before the first fold. */
  folded(): RunState | null | undefined;
  /** Puts `folded` back, after a rollback. */
  rewind(folded: RunState | null | undefined): void;
}

interface Row {
  readonly sequence: number;
  readonly body: string;
  /** CRC-32 of the body's UTF-8: SQLite itself does not notice a changed byte inside a text. */
  readonly checksum: number;
}

export interface EventLogOptions {
  readonly path: string;
  readonly snapshotEvery: number;
}

export function eventLog(db: Connection, { path, snapshotEvery }: EventLogOptions): EventLog {
  const insert = db.prepare("INSERT INTO events (sequence, type, trial, body, checksum) VALUES (?, ?, ?, ?, ?)");
  const selectPage = db.prepare<[number, number], Row>(
    "SELECT sequence, body, checksum FROM events WHERE sequence >= ? ORDER BY sequence LIMIT ?",
  );
  const selectTrials = db.prepare<[number, number], Row>(
    "SELECT sequence, body, checksum FROM events WHERE trial BETWEEN ? AND ? ORDER BY trial, sequence",
  );
  const selectLastTrial = db.prepare<[], { trial: number | null }>(
    "SELECT max(trial) AS trial FROM events WHERE trial IS NOT NULL",
  );
  /** Changes when another connection has written; asking for it costs a fifth of looking for new events. */
  const dataVersion = db.prepare<[], number>("PRAGMA data_version").pluck();
  const snapshots = snapshotCache(db, snapshotEvery);
  let folded: RunState | null | undefined;
  let foldedAt: number | undefined;

  const decode = ({ sequence, body, checksum }: Row): RunEvent => {
    if (typeof body !== "string" || crc32(body) !== checksum)
      throw damaged(path, `event ${sequence} changed since it was written`);
    return JSON.parse(body) as RunEvent;
  };
  const page = (from: number): StoredEvent[] =>
    selectPage.all(from, PAGE).map((row) => ({ sequence: row.sequence, event: decode(row) }));
  const state = (): RunState | null => {
    // Read first: what is committed between this and the fold is looked for once more the next time.
    const version = dataVersion.get();
    if (folded !== undefined && version === foldedAt) return folded;
    folded ??= snapshots.newest();
    for (;;) {
      const tail = page((folded?.sequence ?? 0) + 1);
      for (const { sequence, event } of tail) {
        const expected: number = (folded?.sequence ?? 0) + 1;
        if (sequence !== expected) throw damaged(path, `event ${sequence} where ${expected} should be`);
        folded = reduce(folded, event);
      }
      if (tail.length === PAGE) continue;
      foldedAt = version;
      return folded;
    }
  };
  return {
    page,
    state,
    folded: () => folded,
    rewind: (before) => {
      folded = before;
      foldedAt = undefined;
    },
    lastTrial: () => selectLastTrial.get()?.trial ?? -1,
    trials: (first, last) => foldTrials(selectTrials.all(first, last).map(decode), first, path),
    parts: (trial) => foldParts(selectTrials.all(trial, trial).map(decode)),
    append(events) {
      let next = state();
      for (const event of events) {
        const body = encodeEvent(event);
        // Fold what a later reader will read, so that a resumed run sees exactly what this one sees.
        next = reduce(next, JSON.parse(body) as RunEvent);
        insert.run(next.sequence, event.type, "trial" in event ? event.trial : null, body, crc32(body));
      }
      folded = next;
      if (next !== null) snapshots.keep(next);
      return next?.sequence ?? 0;
    },
  };
}

function foldParts(events: readonly RunEvent[]): Map<string, Json> {
  const parts = new Map<string, Json>();
  for (const event of events)
    if (event.type === "part.finished" && !parts.has(event.part)) parts.set(event.part, event.value);
  return parts;
}

/** Events of trials from `first` on, grouped by trial; anything else shows that the index of trials is damaged. */
function foldTrials(events: readonly RunEvent[], first: number, path: string): TrialRecord[] {
  const records: TrialRecord[] = [];
  for (const event of events) {
    const isNext = event.type === "trial.proposed";
    const last = records.length - (isNext ? 0 : 1);
    const record = records[last];
    if (!("trial" in event) || event.trial !== first + last)
      throw damaged(path, `trial ${first + last} mixed up with another`);
    if (isNext) records.push(proposedRecord(event));
    else if (event.type === "trial.started") records[last] = startedRecord(record!, event);
    else if (event.type === "trial.finished") records[last] = finishedRecord(record!, event);
    else if (event.type === "trial.judged") records[last] = judgedRecord(record!, event);
  }
  return records;
}

/** JSON writes NaN and infinities as null; a journal must not. */
function encodeEvent(event: RunEvent): string {
  return JSON.stringify(event, (key, value: unknown) => {
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw new StropError(
        "journal.not-json",
        `expected finite numbers in ${event.type}, found ${value} as \`${key}\``,
        {
          hint: "This is a defect of strop: numbers that a program reports are checked before they are recorded.",
        },
      );
    }
    return value;
  });
}
