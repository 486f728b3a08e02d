/**
 * The events table: appended to in sequence, read in pages (so that nobody's loop body holds the database), folded
 * from the newest snapshot and the tail.
 */
import { crc32 } from "node:zlib";

import { StropError } from "../../core/errors.ts";
import { type EventRow, decodeEvent } from "./event-rows.ts";
import type { RunEvent, StoredEvent } from "../events.ts";
import { reduce } from "../fold/reduce.ts";
import type { Connection } from "./schema.ts";
import { snapshotCache } from "./snapshot-cache.ts";
import { damaged } from "./sqlite-errors.ts";
import type { RunState } from "../state.ts";

const PAGE = 500;

export interface EventLog {
  /** Must run inside a transaction. Returns the last sequence. */
  append(events: readonly RunEvent[]): number;
  page(from: number): StoredEvent[];
  state(): RunState | null;
  /** What is folded already; undefined before the first fold. */
  folded(): RunState | null | undefined;
  /** Puts `folded` back, after a rollback. */
  rewind(folded: RunState | null | undefined): void;
}

export interface EventLogOptions {
  readonly path: string;
  readonly snapshotEvery: number;
}

export function eventLog(db: Connection, { path, snapshotEvery }: EventLogOptions): EventLog {
  const insert = db.prepare("INSERT INTO events (sequence, type, trial, body, checksum) VALUES (?, ?, ?, ?, ?)");
  const selectPage = db.prepare<[number, number], EventRow>(
    "SELECT sequence, body, checksum FROM events WHERE sequence >= ? ORDER BY sequence LIMIT ?",
  );
  /** Changes when another connection has written; asking for it costs a fifth of looking for new events. */
  const dataVersion = db.prepare<[], number>("PRAGMA data_version").pluck();
  const snapshots = snapshotCache(db, snapshotEvery);
  let folded: RunState | null | undefined;
  let foldedAt: number | undefined;

  const page = (from: number): StoredEvent[] =>
    selectPage.all(from, PAGE).map((row) => ({ sequence: row.sequence, event: decodeEvent(row, path) }));
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
