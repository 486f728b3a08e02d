/**
 * The tables of a journal file, and who may open it. Facts (events, curves, programs) are append-only by trigger;
 * snapshots are a cache. A file named journal.db is always complete: it is built beside and renamed.
 */
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";

import { StropError } from "../../core/errors.ts";
import { damaged } from "./sqlite-errors.ts";

export type Connection = Database.Database;

/** `stro` in ASCII, at byte 68 of the file. */
const APPLICATION_ID = 0x7374726f;
/** PRAGMA user_version. An older version is migrated on opening for writing. */
const SCHEMA_VERSION = 2;

const FACTS = ["events", "curves", "files", "programs"];

/** Since version 2. */
const EXCHANGES = `
CREATE TABLE exchanges (exchange INTEGER PRIMARY KEY, key TEXT NOT NULL, body BLOB NOT NULL, checksum INTEGER NOT NULL) STRICT;
CREATE INDEX exchanges_by_key ON exchanges (key);
`;

const SCHEMA = `
CREATE TABLE events (
  sequence INTEGER PRIMARY KEY,
  type TEXT NOT NULL,
  trial INTEGER,
  body TEXT NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;
CREATE INDEX events_of_trial ON events (trial, sequence) WHERE trial IS NOT NULL;
CREATE TRIGGER events_without_gaps BEFORE INSERT ON events
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM events)
BEGIN SELECT RAISE(ABORT, 'events are numbered without gaps'); END;

CREATE TABLE curves (
  trial INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  chunk INTEGER NOT NULL,
  points BLOB NOT NULL,
  PRIMARY KEY (trial, attempt, chunk)
) STRICT;

CREATE TABLE files (hash TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE programs (
  candidate TEXT NOT NULL,
  path TEXT NOT NULL,
  hash TEXT NOT NULL REFERENCES files (hash),
  PRIMARY KEY (candidate, path)
) STRICT;

CREATE TABLE snapshots (
  sequence INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  state TEXT NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;

CREATE VIEW trials AS
SELECT
  p.trial,
  p.body ->> '$.proposer' AS proposer,
  f.body ->> '$.outcome.status' AS status,
  f.body ->> '$.outcome.score' AS score,
  f.body ->> '$.verdict.decision' AS decision,
  p.body ->> '$.description' AS description
FROM events p LEFT JOIN events f
  ON f.trial = p.trial AND f.type = 'trial.finished' AND f.body ->> '$.verdict' IS NOT NULL
WHERE p.type = 'trial.proposed';
`;

const appendOnly = (table: string): string =>
  ["UPDATE", "DELETE"]
    .map(
      (verb) => `
CREATE TRIGGER ${table}_refuse_${verb.toLowerCase()} BEFORE ${verb} ON ${table}
BEGIN SELECT RAISE(ABORT, '${table} are append-only'); END;`,
    )
    .join("");

/** Views and triggers of others: a view in place of a table can go on without end, and a trigger changes what is written. */
const OWN = [
  "trials",
  "events_without_gaps",
  ...[...FACTS, "exchanges"].flatMap((table) => [`${table}_refuse_update`, `${table}_refuse_delete`]),
];
const STRANGERS = `SELECT type || ' named ' || substr(name, 1, 40) FROM sqlite_schema
WHERE type IN ('view', 'trigger') AND name NOT IN (${OWN.map((name) => `'${name}'`).join(", ")}) LIMIT 1`;

/** Makes an empty journal at `path`, and its folder. */
export function createJournalFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.new`;
  for (const leftover of [unfinished, `${unfinished}-journal`]) rmSync(leftover, { force: true });
  const db = new Database(unfinished);
  try {
    db.transaction(() => {
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.pragma(`user_version = ${SCHEMA_VERSION}`);
      db.exec(SCHEMA + EXCHANGES + [...FACTS, "exchanges"].map(appendOnly).join(""));
    })();
  } finally {
    db.close();
  }
  renameSync(unfinished, path);
}

/** Brings a journal of an older version up to this one. */
export function migrate(db: Connection): void {
  if (Number(db.pragma("user_version", { simple: true })) >= SCHEMA_VERSION) return;
  db.transaction(() => {
    db.exec(EXCHANGES + appendOnly("exchanges"));
    db.pragma(`user_version = ${SCHEMA_VERSION}`);
  }).immediate();
}

/** A reader of version 1 has no table of exchanges: it finds none. */
export const hasExchanges = (db: Connection): boolean => Number(db.pragma("user_version", { simple: true })) >= 2;

/** Throws StropError `journal.missing` or `journal.damaged` for what is not even a file of the right kind. */
export function requireJournalFile(path: string): void {
  if (!existsSync(path)) {
    throw new StropError("journal.missing", `expected a journal at ${path}, found nothing there`, {
      hint: "Start a run with `strop run`.",
    });
  }
  const file = statSync(path);
  if (!file.isFile()) throw damaged(path, "something that is not a file");
  if (file.size === 0) throw damaged(path, "an empty file");
}

/** Throws StropError `journal.damaged` or `journal.newer` when an open file is not a journal of this version. */
export function requireVersion(db: Connection, path: string): void {
  const application = db.pragma("application_id", { simple: true });
  if (application !== APPLICATION_ID) throw damaged(path, "an SQLite database that strop did not make");
  const stranger = db.prepare<[], string>(STRANGERS).pluck().get();
  if (stranger !== undefined) throw damaged(path, `a database with a ${stranger} that strop did not make`);
  const version = Number(db.pragma("user_version", { simple: true }));
  if (version > SCHEMA_VERSION) {
    throw new StropError(
      "journal.newer",
      `expected a journal of version ${SCHEMA_VERSION} or older at ${path}, found version ${version}`,
      {
        hint: "Update strop to the version that wrote it, or start another run with `strop run --fresh`.",
      },
    );
  }
}
