/**
 * One writer per task folder. The lock is the operating system's lock on `.strop/lock.db`, held by an open SQLite
 * transaction, so it ends with the process however that ends. `.strop/lock.json` beside it says who holds it and is
 * only ever used for words.
 */
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

import { StropError } from "../../core/errors.ts";
import { explained } from "./sqlite-errors.ts";

/** Long enough for a reader that is just looking (`lockHolder`), short enough for a person. */
const PATIENCE_MS = 200;

export interface Lock {
  /** May be called twice. */
  release(): void;
}

export interface LockHolder {
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/**
 * Takes the lock of a task's `.strop` folder, making the folder if needed.
 * Throws StropError `journal.locked` naming the holder, or `journal.not-writable`.
 */
export function acquireLock(stropFolder: string, now: () => number = Date.now): Lock {
  const path = lockPath(stropFolder);
  const words = holderPath(stropFolder);
  const db = explained(path, () => {
    mkdirSync(stropFolder, { recursive: true });
    return new Database(path, { timeout: PATIENCE_MS });
  });
  try {
    explained(path, () => db.exec("BEGIN EXCLUSIVE"));
    const holder: LockHolder = { pid: process.pid, since: now() };
    explained(words, () => writeFileSync(words, JSON.stringify(holder)));
  } catch (thrown) {
    db.close();
    throw isBusy(thrown) ? locked(stropFolder, readHolder(stropFolder)) : thrown;
  }
  return {
    release() {
      if (!db.open) return;
      try {
        rmSync(words, { force: true });
      } finally {
        db.close();
      }
    },
  };
}

/** Who is running in this task folder now; null when nobody is. */
export function lockHolder(stropFolder: string): LockHolder | null {
  const path = lockPath(stropFolder);
  return explained(path, () => {
    // What is no file holds no lock, and a pipe would be waited for.
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return null;
    const db = new Database(path, { readonly: true, timeout: 0 });
    try {
      db.prepare("SELECT 1 FROM sqlite_schema").get();
      return null;
    } catch (thrown) {
      if (thrown instanceof Database.SqliteError && thrown.code === "SQLITE_BUSY") return readHolder(stropFolder);
      throw thrown;
    } finally {
      db.close();
    }
  });
}

const lockPath = (stropFolder: string): string => join(stropFolder, "lock.db");
const holderPath = (stropFolder: string): string => join(stropFolder, "lock.json");

/** Pid 0 stands for a holder that has not said who it is. */
function readHolder(stropFolder: string): LockHolder {
  const path = holderPath(stropFolder);
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const [, pid = "0", since = "0"] = /^\{"pid":(\d+),"since":(\d+)\}$/.exec(text) ?? [];
  return { pid: Number(pid), since: Number(since) };
}

const isBusy = (thrown: unknown): boolean => thrown instanceof StropError && thrown.code === "journal.busy";

function locked(stropFolder: string, { pid, since }: LockHolder): StropError {
  const who = pid === 0 ? "another process" : `process ${pid}, since ${new Date(since).toISOString()}`;
  return new StropError("journal.locked", `expected to be the only strop run in ${stropFolder}, found ${who}`, {
    hint:
      pid === 0
        ? "Wait for it to end."
        : `Wait for it, or end it with \`kill ${pid}\`; then run the same command again.`,
  });
}
