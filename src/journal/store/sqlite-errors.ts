/**
 * What SQLite's and the file system's failures mean for a person with a journal: each becomes a StropError that says
 * what was expected, what was found and what can be done. Everything else passes through unchanged.
 */
import Database from "better-sqlite3";

import { codeOf, StropError, messageOf } from "../../core/errors.ts";

/** Runs `work` on the file at `path` and throws SQLite's and the file system's failures explained. */
export function explained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw explain(thrown, path);
  }
}

/** The same where `work` may be anybody's: only SQLite's failures are about the file at `path`. */
export function explainedSql<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw thrown instanceof Database.SqliteError ? explain(thrown, path) : thrown;
  }
}

/** `found` completes "expected a strop journal, found …". */
export function damaged(path: string, found: string, cause?: unknown): StropError {
  return new StropError("journal.damaged", `expected a strop journal at ${path}, found ${found}`, {
    hint:
      "Put back a copy if you have one, or save what can be read with `sqlite3 journal.db .recover`; " +
      "`strop run --fresh` starts another run and leaves this one as it is.",
    cause,
  });
}

function explain(thrown: unknown, path: string): unknown {
  const code = codeOf(thrown);
  const found = messageOf(thrown);
  // The SQL is fixed, so an error in it means other tables than a journal has.
  if (/^SQLITE_(CORRUPT|NOTADB|FORMAT|ERROR$|IOERR_(READ|SHORT_READ|DATA|CORRUPTFS))/.test(code))
    return damaged(path, `damage (${found})`, thrown);
  if (/^(SQLITE_FULL|SQLITE_IOERR_(WRITE|SHMSIZE|TRUNCATE)|ENOSPC|EDQUOT|EFBIG)$/.test(code)) {
    return new StropError(
      "journal.disk-full",
      `expected room to write ${path}, found the disk, a quota or a file size limit full (${found})`,
      {
        hint: "Free some space and run the same command again: everything that was recorded before is kept.",
        cause: thrown,
      },
    );
  }
  if (/^(SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|EACCES|EPERM|EROFS|ENOTDIR|EEXIST|EISDIR)/.test(code)) {
    return new StropError("journal.not-writable", `expected to be able to open and write ${path}, found: ${found}`, {
      hint: "Make the task's .strop folder yours and writable, or copy the task to a folder of yours.",
      cause: thrown,
    });
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return new StropError("journal.busy", `expected to write ${path}, found another process writing to it`, {
      hint: "Wait for the other program, or end it.",
      cause: thrown,
    });
  }
  return thrown;
}
