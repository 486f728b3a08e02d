/**
 * The texts of model calls: prompts are long and alike, so they are kept deflated, outside the events. Their numbers and
 * costs are events; this table is what `strop cost`, replay and a resumed run read the words from.
 */
import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";

import { messageOf } from "../../core/errors.ts";
import type { Exchange } from "../../core/exchange.ts";
import type { Connection } from "./schema.ts";
import { damaged } from "./sqlite-errors.ts";

export interface ExchangeStore {
  /** Must run inside a transaction. */
  save(key: string, exchange: Exchange): void;
  /** Null when there is none. */
  byKey(key: string): Exchange | null;
  byNumber(exchange: number): Exchange | null;
  /** The newest `count`, oldest first. */
  newest(count: number): Exchange[];
}

interface Row {
  readonly exchange: number;
  readonly body: Buffer;
  readonly checksum: number;
}

/** Bytes of one exchange, unpacked: more than servers may send for it. In a journal from others a thousandth can stand for any number. */
const LARGEST = 2 ** 28;

export function exchangeStore(db: Connection, journalPath: string): ExchangeStore {
  const insert = db.prepare("INSERT INTO exchanges (exchange, key, body, checksum) VALUES (?, ?, ?, ?)");
  const columns = "SELECT exchange, body, checksum FROM exchanges";
  const selectKey = db.prepare<[string], Row>(`${columns} WHERE key = ? ORDER BY exchange DESC LIMIT 1`);
  const selectNumber = db.prepare<[number], Row>(`${columns} WHERE exchange = ?`);
  const selectNewest = db.prepare<[number], Row>(`${columns} ORDER BY exchange DESC LIMIT ?`);
  const decode = ({ exchange, body, checksum }: Row): Exchange => {
    if (crc32(body) !== checksum) throw damaged(journalPath, `exchange ${exchange} changed since it was written`);
    try {
      return JSON.parse(inflateRawSync(body, { maxOutputLength: LARGEST }).toString("utf8")) as Exchange;
    } catch (cause) {
      throw damaged(journalPath, `exchange ${exchange}, which cannot be unpacked: ${messageOf(cause)}`, cause);
    }
  };
  const one = (row: Row | undefined): Exchange | null => (row === undefined ? null : decode(row));
  return {
    save(key, exchange) {
      const body = deflateRawSync(JSON.stringify(exchange));
      insert.run(exchange.exchange, key, body, crc32(body));
    },
    byKey: (key) => one(selectKey.get(key)),
    byNumber: (exchange) => one(selectNumber.get(exchange)),
    newest: (count) => selectNewest.all(count).map(decode).reverse(),
  };
}
