/**
 * The folded state, saved now and then so that a long run opens at once. A cache and nothing more: a snapshot that is
 * missing, of another version or damaged is ignored, and the events are folded instead.
 */
import { crc32 } from "node:zlib";

import type { Connection } from "./schema.ts";
import { type RunState, STATE_VERSION } from "../state.ts";

export interface SnapshotCache {
  newest(): RunState | null;
  /** Writes `state` if it is `every` events ahead of the last one. Must run inside a transaction. */
  keep(state: RunState): void;
}

export function snapshotCache(db: Connection, every: number): SnapshotCache {
  const select = db.prepare<[number], { sequence: number; state: string; checksum: number }>(
    `SELECT sequence, state, checksum FROM snapshots
     WHERE version = ? AND sequence <= (SELECT max(sequence) FROM events) ORDER BY sequence DESC LIMIT 1`,
  );
  const clear = db.prepare("DELETE FROM snapshots");
  const insert = db.prepare("INSERT INTO snapshots (sequence, version, state, checksum) VALUES (?, ?, ?, ?)");
  let last = 0;
  return {
    newest() {
      const row = select.get(STATE_VERSION);
      if (typeof row?.state !== "string" || crc32(row.state) !== row.checksum) return null;
      last = row.sequence;
      return JSON.parse(row.state) as RunState;
    },
    keep(state) {
      if (state.sequence < last + every) return;
      const text = JSON.stringify(state);
      clear.run();
      insert.run(state.sequence, STATE_VERSION, text, crc32(text));
      last = state.sequence;
    },
  };
}
