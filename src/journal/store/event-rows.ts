/** A row of the events table and what it says; a body that is not as it was written is never believed. */
import { crc32 } from "node:zlib";

import type { RunEvent } from "../events.ts";
import { damaged } from "./sqlite-errors.ts";

export interface EventRow {
  readonly sequence: number;
  readonly body: string;
  /** CRC-32 of the body's UTF-8: SQLite itself does not notice a changed byte inside a text. */
  readonly checksum: number;
}

/** Throws StropError `journal.damaged`; `path` is the journal's. */
export function decodeEvent({ sequence, body, checksum }: EventRow, path: string): RunEvent {
  if (typeof body !== "string" || crc32(body) !== checksum)
    throw damaged(path, `event ${sequence} changed since it was written`);
  return JSON.parse(body) as RunEvent;
}
