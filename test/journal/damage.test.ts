import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/numerics/random.ts";
import { StropError } from "../../src/core/errors.ts";
import { openJournal } from "../../src/journal/journal.ts";
import { acquireLock } from "../../src/journal/store/lock.ts";
import { startedEvent } from "./arbitrary-run.ts";
import { curveOf, programOf } from "./fixtures/expected.ts";
import { scratchFolder, scratchPath } from "./scratch.ts";
import { begun, proposed, scored, wholeTrial } from "./simple-trial.ts";

/** Makes a closed journal of 60 trials at `path`; returns what is read from it, as text. */
function writeJournal(path: string): string {
  const journal = openJournal(path, { create: true, snapshotEvery: 50 });
  journal.append(startedEvent());
  for (let trial = 0; trial < 60; trial++) {
    const candidate = journal.saveProgram(programOf(trial));
    journal.append(proposed(trial, { candidate }), begun(trial), scored(trial, 60 - trial, "keep"));
    journal.appendCurve(trial, 1, curveOf(trial));
  }
  journal.close();
  return readAll(path);
}

function readAll(path: string): string {
  const journal = openJournal(path, { readOnly: true });
  try {
    const events = [...journal.events()];
    const programs = events.map(({ event }) => event.type === "trial.proposed" && journal.program(event.candidate!));
    return JSON.stringify([events, journal.state(), programs]);
  } finally {
    journal.close();
  }
}

function withoutPrivileges(work: () => void): void {
  const user = process.geteuid!();
  if (user === 0) process.seteuid!(65_534);
  try {
    work();
  } finally {
    if (user === 0) process.seteuid!(0);
  }
}

const failure = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (thrown) {
    return thrown;
  }
};

function markAsJournal(path: string): void {
  const db = new Database(path);
  db.exec("CREATE TABLE snapshots (sequence); PRAGMA application_id = 0x7374726f; PRAGMA user_version = 1");
  db.close();
}

describe("opening what is not a journal of this version", () => {
  it.each<[string, (path: string) => void, string]>([
    ["an empty file", (path) => writeFileSync(path, ""), "found an empty file"],
    ["a text", (path) => writeFileSync(path, "commit\tval_bpb\n".repeat(100)), "found damage (file is not a database)"],
    ["a folder", (path) => mkdirSync(path), "found something that is not a file"],
    [
      "another program's database",
      (path) => new Database(path).exec("CREATE TABLE t (x)").close(),
      "found an SQLite database that strop did not make",
    ],
    [
      "a file with strop's mark and other tables",
      (path) => markAsJournal(path),
      "found damage (no such table: events)",
    ],
  ])("is refused with what was found: %s", (_, make, message) => {
    const path = join(scratchFolder(), "journal.db");
    make(path);
    for (const readOnly of [true, false]) {
      expect(() => openJournal(path, { readOnly, create: true })).toThrow(
        expect.objectContaining({
          code: "journal.damaged",
          message: expect.stringContaining(message),
          hint: expect.stringContaining("--fresh"),
        }),
      );
    }
  });

  it("is refused when the version is newer, and the file stays as it is", () => {
    const path = scratchPath();
    writeJournal(path);
    const db = new Database(path);
    db.pragma("user_version = 3");
    db.close();
    const before = readFileSync(path);
    for (const readOnly of [true, false]) {
      expect(() => openJournal(path, { readOnly })).toThrow(
        expect.objectContaining({
          code: "journal.newer",
          message: `expected a journal of version 2 or older at ${path}, found version 3`,
          hint: expect.stringContaining("Update strop"),
        }),
      );
    }
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("is refused when there is none, unless it may be made", () => {
    const path = scratchPath();
    expect(() => openJournal(path)).toThrow(
      expect.objectContaining({ code: "journal.missing", hint: expect.stringContaining("strop run") }),
    );
    openJournal(path, { create: true }).close();
    openJournal(path).close();
  });
});

describe("a damaged journal", () => {
  it("is refused wherever it was cut off", () => {
    const path = scratchPath();
    const whole = writeJournal(path);
    const size = statSync(path).size;
    const random = createRandom("truncate");
    const cuts = [
      1,
      99,
      100,
      4_096,
      size - 4_096,
      size - 1,
      ...Array.from({ length: 25 }, () => random.integer(size - 1) + 1),
    ];
    for (const length of cuts) {
      const copy = join(dirname(path), "cut.db");
      copyFileSync(path, copy);
      truncateSync(copy, length);
      expect(
        failure(() => readAll(copy)),
        `cut to ${length} of ${size} bytes`,
      ).toMatchObject({ code: "journal.damaged" });
    }
    expect(readAll(path)).toBe(whole);
  });

  it("is refused or reads as it was written, whichever byte has changed", () => {
    const path = scratchPath();
    const whole = writeJournal(path);
    const bytes = readFileSync(path);
    const random = createRandom("flip");
    const copy = join(dirname(path), "flipped.db");
    const results = Array.from({ length: 300 }, () => {
      const flipped = Buffer.from(bytes);
      const at = random.integer(bytes.length);
      flipped[at]! ^= 1 << random.integer(8);
      writeFileSync(copy, flipped);
      const found = failure(() => readAll(copy));
      if (found === whole) return "whole";
      expect(found, `byte ${at}`).toBeInstanceOf(StropError);
      return (found as StropError).code;
    });
    expect(results.filter((code) => code === "journal.damaged").length).toBeGreaterThan(100);
    expect(results).toContain("whole");
  });

  it("folds its events again when only a snapshot is damaged", () => {
    const path = scratchPath();
    const whole = writeJournal(path);
    const db = new Database(path);
    expect(
      db.prepare("UPDATE snapshots SET state = replace(state, '\"nextTrial\":', '\"nextTrial\":9')").run().changes,
    ).toBe(1);
    db.close();
    expect(readAll(path)).toBe(whole);
  });
});

describe("a journal that others have made", () => {
  it.each(["../outside", "/etc/outside", "a/../../outside", ".git/hooks/post-commit", ".Strop/x"])(
    "does not hand out a program with the path %s, which would be written to disk",
    (path) => {
      const journal = openJournal(scratchPath(), { create: true });
      const harmless = journal.saveProgram({ "src/train.py": "" });
      const hostile = journal.saveProgram({ "train.py": "", [path]: "" });
      expect(journal.program(harmless)).toEqual({ "src/train.py": "" });
      expect(() => journal.program(hostile)).toThrow(expect.objectContaining({ code: "journal.damaged" }));
      journal.close();
    },
  );

  it.each([
    [
      "view named events",
      `ALTER TABLE events RENAME TO real;
       CREATE VIEW events AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS sequence, 'x' AS body, 0 AS checksum FROM n;
       CREATE TRIGGER events_without_gaps INSTEAD OF INSERT ON events BEGIN SELECT 1; END;`,
    ],
    ["trigger named mine", "CREATE TRIGGER mine AFTER INSERT ON events BEGIN DELETE FROM snapshots; END"],
  ])("is refused with a %s, which strop did not make", (found, sql) => {
    const path = scratchPath();
    writeJournal(path);
    const db = new Database(path);
    db.exec(`DROP TRIGGER events_without_gaps; DROP VIEW trials; ${sql}`);
    db.close();
    for (const readOnly of [true, false])
      expect(() => openJournal(path, { readOnly })).toThrow(
        expect.objectContaining({ code: "journal.damaged", message: expect.stringContaining(found) }),
      );
  });

  it("does not hand out a program whose text is no text", () => {
    const path = scratchPath();
    const journal = openJournal(path, { create: true });
    const candidate = journal.saveProgram({ "train.py": "x = 1" });
    journal.close();
    const db = new Database(path);
    db.exec("ALTER TABLE files RENAME TO real; CREATE TABLE files AS SELECT hash, x'00ff' AS text FROM real");
    db.close();
    const reader = openJournal(path, { readOnly: true });
    expect(() => reader.program(candidate)).toThrow(expect.objectContaining({ code: "journal.damaged" }));
    reader.close();
  });
});

describe("a folder that may not be written", () => {
  it("is named when a journal is opened, made or locked in it", () => {
    const folder = scratchFolder();
    const path = join(folder, "journal.db");
    writeJournal(path);
    chmodSync(path, 0o444);
    chmodSync(folder, 0o555);
    const refused = expect.objectContaining({
      code: "journal.not-writable",
      message: expect.stringContaining(folder),
      hint: expect.stringContaining("writable"),
    });
    withoutPrivileges(() => {
      expect(() => openJournal(path)).toThrow(refused);
      expect(() => openJournal(join(folder, "runs", "run-001", "journal.db"), { create: true })).toThrow(refused);
      expect(() => acquireLock(folder)).toThrow(refused);
      expect(() => acquireLock(join(folder, ".strop"))).toThrow(refused);
    });
    chmodSync(folder, 0o755);
  });

  it("does not keep anybody from reading", () => {
    const folder = scratchFolder();
    const path = join(folder, "journal.db");
    const whole = writeJournal(path);
    // A reader has left these; a writer that ends takes them away.
    for (const log of ["-wal", "-shm"]) rmSync(`${path}${log}`);
    chmodSync(path, 0o444);
    chmodSync(folder, 0o555);
    withoutPrivileges(() => expect(readAll(path)).toBe(whole));
    chmodSync(folder, 0o755);
  });
});

describe("two writers without a lock", () => {
  it("take turns and never lose an event or write one twice", () => {
    const path = scratchPath();
    const one = openJournal(path, { create: true });
    const other = openJournal(path);
    one.append(startedEvent(), ...wholeTrial(0, 9, "keep"));
    expect(other.append(proposed(1))).toBe(5);
    expect(() => one.append(proposed(1))).toThrow("expected trial 2 to be proposed next");
    expect(one.append(begun(1), scored(1, 9))).toBe(7);
    expect(other.state()).toEqual(one.state());
    one.close();
    other.close();
  });

  it("see each other's events, also where a transaction of their own was rolled back meanwhile", () => {
    const path = scratchPath();
    const one = openJournal(path, { create: true });
    const other = openJournal(path);
    one.append(startedEvent(), ...wholeTrial(0, 9, "keep"));
    expect(other.state()).toEqual(one.state());
    one.append(proposed(1));
    const seeAndFail = () => {
      expect(other.state()?.nextTrial).toBe(2);
      other.append(begun(1));
      throw new Error("rolled back");
    };
    expect(() => other.transaction(seeAndFail)).toThrow("rolled back");
    expect(other.state()).toEqual(one.state());
    expect(other.state()?.open).toMatchObject([{ trial: 1, attempts: 0 }]);
    one.close();
    other.close();
  });
});
