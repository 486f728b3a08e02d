/**
 * The journal of one run: the append-only record of events, curves and programs, in one SQLite file (WAL). One
 * process writes (lock.ts), any number read meanwhile. What `append` has returned from survives a kill at once, and a power
 * cut as soon as the disk has it, which is asked for it without waiting.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import Database from "better-sqlite3";

import type { ProgramFiles } from "../core/edit.ts";
import type { Exchange } from "../core/exchange.ts";
import type { Json } from "../core/json.ts";
import type { CandidateId, CurvePoint, TrialRecord } from "../core/trial.ts";
import { type BackgroundSync, backgroundSync } from "./store/background-sync.ts";
import { curveStore } from "./store/curve-store.ts";
import { type EventLogOptions, eventLog } from "./store/event-log.ts";
import type { RunEvent, StoredEvent } from "./events.ts";
import { exchangeStore } from "./store/exchange-store.ts";
import { requireInPlace } from "./store/in-place.ts";
import { type TrialEnd, type TrialsOptions, endPages, eventPages, trialPages } from "./store/paging.ts";
import { programStore } from "./store/program-store.ts";
import {
  type Connection,
  createJournalFile,
  hasExchanges,
  migrate,
  requireJournalFile,
  requireVersion,
} from "./store/schema.ts";
import { explained, explainedSql } from "./store/sqlite-errors.ts";
import type { RunState } from "./state.ts";
import { trialReader } from "./store/trial-reader.ts";

const SNAPSHOT_EVERY = 1_000;

export interface Journal {
  readonly path: string;
  /**
   * All of `events` or none, safe from a kill when it returns. Returns the last sequence. Throws StropError
   * `journal.inconsistent` (see reduce.ts), `journal.not-json`, `journal.disk-full`, `journal.gone`; then nothing was
   * written.
   */
  append(...events: readonly RunEvent[]): number;
  /** Everything that `work` appends and saves, or nothing. Contract: `work` is synchronous; it may nest. */
  transaction<T>(work: () => T): T;
  /** Points of one attempt, in order of time. 32-bit precision. */
  appendCurve(trial: number, attempt: number, points: readonly CurvePoint[]): void;
  /** The curve of the last attempt that has one, or of `attempt`; empty when there is none. */
  curve(trial: number, attempt?: number): CurvePoint[];
  saveProgram(files: ProgramFiles): CandidateId;
  /** Throws StropError `journal.unknown-candidate`. */
  program(candidate: CandidateId): ProgramFiles;
  /** Words of a finished model call, under the key of its question; its `model.answered` goes into the same transaction. */
  saveExchange(key: string, exchange: Exchange): void;
  /** By number, or by the key of its question; null when there is none. */
  exchange(which: number | string): Exchange | null;
  /** The newest `count`, oldest first. */
  exchanges(count: number): Exchange[];
  /** In sequence, from sequence `from` (1). What is appended meanwhile is seen too. */
  events(options?: { readonly from?: number }): IterableIterator<StoredEvent>;
  /** The fold over all events, null before the first. Repeated calls cost only what was appended since. */
  state(): RunState | null;
  /** Null when there is no such trial. */
  trial(trial: number): TrialRecord | null;
  trials(options?: TrialsOptions): IterableIterator<TrialRecord>;
  /** How the trials ended that have, ascending: what sums over a long run need, for a third of the reading. */
  ends(): IterableIterator<TrialEnd>;
  /** What is done of a trial's work (`part.finished`), by part. */
  parts(trial: number): Map<string, Json>;
  close(): void;
}

export interface OpenOptions {
  /** Never writes, never waits for the writer. */
  readonly readOnly?: boolean;
  /** Make the file and its folder if there is none. */
  readonly create?: boolean;
  /** Events between two snapshots of the folded state; default 1,000. */
  readonly snapshotEvery?: number;
}

/**
 * Opens the journal at `path`. Throws StropError `journal.missing`, `journal.damaged`, `journal.newer`,
 * `journal.not-writable` or `journal.disk-full`, each saying what was found and what to do.
 */
export function openJournal(path: string, options: OpenOptions = {}): Journal {
  const file = resolve(path);
  return explained(file, () => {
    if (options.create === true && !existsSync(file)) createJournalFile(file);
    requireJournalFile(file);
    const isReader = options.readOnly === true;
    const db = isReader ? openReader(file) : new Database(file, { fileMustExist: true });
    try {
      db.pragma("trusted_schema = OFF");
      db.pragma("cell_size_check = ON");
      requireVersion(db, file);
      const writing = isReader ? READING : prepareWriter(db, file);
      return journalOver(db, { path: file, snapshotEvery: options.snapshotEvery ?? SNAPSHOT_EVERY, ...writing });
    } catch (thrown) {
      db.close();
      throw thrown;
    }
  });
}

interface Writing {
  readonly sync: BackgroundSync;
  /** Throws when what is written would not be found again. */
  requireFiles(): void;
}

function prepareWriter(db: Connection, file: string): Writing {
  const hasLog = db.pragma("journal_mode = WAL", { simple: true }) === "wal";
  // With a log only checkpoints wait for the disk, and no power cut damages the file.
  db.pragma(`synchronous = ${hasLog ? "NORMAL" : "FULL"}`);
  // Fails here, not at the first append, when the file or its folder cannot be written.
  db.exec("DELETE FROM snapshots WHERE sequence < 0");
  migrate(db);
  return {
    sync: hasLog ? backgroundSync(`${file}-wal`) : NO_SYNC,
    requireFiles: requireInPlace(hasLog ? [file, `${file}-wal`] : [file]),
  };
}

/** A reader needs the WAL's index beside the file; on a read-only disk without a WAL the file alone is everything. */
function openReader(file: string): Connection {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    db.pragma("user_version");
    return db;
  } catch (thrown) {
    db.close();
    const wal = statSync(`${file}-wal`, { throwIfNoEntry: false });
    const isAlone = wal === undefined || wal.size === 0;
    if (!isAlone || !(thrown instanceof Database.SqliteError) || !/CANTOPEN|READONLY/.test(thrown.code)) throw thrown;
    const bytes = readFileSync(file);
    // Versions of the file format (offsets 18 and 19): what is in memory can have no WAL.
    return new Database(bytes.fill(1, 18, 20), { readonly: true });
  }
}

/** Of readers, which write nothing, and where SQLite waits for the disk itself. */
const NO_SYNC: BackgroundSync = { requireWorking: () => {}, request: () => {}, close: () => {} };
const READING: Writing = { sync: NO_SYNC, requireFiles: () => {} };

function journalOver(db: Connection, options: EventLogOptions & Writing): Journal {
  const { path, sync, requireFiles } = options;
  const log = eventLog(db, options);
  const reader = trialReader(db, path);
  const programs = programStore(db, path);
  const curves = curveStore(db);
  const exchanges = hasExchanges(db) ? exchangeStore(db, path) : null;
  const nestable = db.transaction((work: () => unknown) => work());
  const read = <T>(work: () => T): T => explainedSql(path, work);

  const pages = {
    lastTrial: () => read(reader.lastTrial),
    trials: (first: number, last: number) => read(() => reader.trials(first, last)),
    ends: (first: number, last: number) => read(() => reader.ends(first, last)),
  };

  const transaction = <T>(work: () => T): T =>
    explainedSql(path, () => {
      sync.requireWorking();
      requireFiles();
      const before = log.folded();
      try {
        return nestable.immediate(work) as T;
      } catch (thrown) {
        log.rewind(before);
        throw thrown;
      } finally {
        if (!db.inTransaction) sync.request();
      }
    });
  return {
    path,
    transaction,
    append: (...events) => transaction(() => log.append(events)),
    // No sync of its own: the next commit takes it along.
    appendCurve: (trial, attempt, points) => read(() => curves.append(trial, attempt, points)),
    curve: (trial, attempt) => read(() => curves.load(trial, attempt)),
    saveProgram: (files) => transaction(() => programs.save(files)),
    program: (candidate) => read(() => programs.load(candidate)),
    saveExchange: (key, exchange) => transaction(() => exchanges?.save(key, exchange)),
    exchange: (which) =>
      read(() => (typeof which === "number" ? exchanges?.byNumber(which) : exchanges?.byKey(which)) ?? null),
    exchanges: (count) => read(() => exchanges?.newest(count) ?? []),
    events: ({ from = 1 } = {}) => eventPages(from, (next) => read(() => log.page(next))),
    state: () => read(log.state),
    trial: (trial) => read(() => reader.trials(trial, trial)[0] ?? null),
    parts: (trial) => read(() => reader.parts(trial)),
    trials: (which = {}) => trialPages(pages, which),
    ends: () => endPages(pages),
    close: () => {
      try {
        sync.close();
      } finally {
        db.close();
      }
    },
  };
}
