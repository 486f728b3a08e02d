import fc from "fast-check";
import { rmSync } from "node:fs";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";

import { candidateId } from "../../src/core/candidate.ts";
import type { ProgramFiles } from "../../src/core/edit.ts";
import type { TrialRecord } from "../../src/core/trial.ts";
import type { RunEvent } from "../../src/journal/events.ts";
import { openJournal } from "../../src/journal/journal.ts";
import { reduce } from "../../src/journal/fold/reduce.ts";
import type { RunState } from "../../src/journal/state.ts";
import { arbitraryRun, startedEvent } from "./arbitrary-run.ts";
import { scratchPath } from "./scratch.ts";
import { begun, outcome, proposed, scored, wholeTrial } from "./simple-trial.ts";

const asStored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const foldAll = (events: readonly RunEvent[]) => asStored(events).reduce<RunState | null>(reduce, null);

describe("a journal", () => {
  it("gives back the events in sequence and their fold, also after it was closed", () => {
    const path = scratchPath();
    const events = [startedEvent(), ...wholeTrial(0, 5, "keep"), ...wholeTrial(1, 6)];
    const journal = openJournal(path, { create: true });
    expect(journal.state()).toBeNull();
    expect(journal.append(...events.slice(0, 2))).toBe(2);
    expect(journal.append()).toBe(2);
    expect(journal.append(...events.slice(2))).toBe(7);
    expect(journal.state()).toStrictEqual(foldAll(events));
    journal.close();
    const again = openJournal(path);
    expect([...again.events()]).toStrictEqual(asStored(events).map((event, i) => ({ sequence: i + 1, event })));
    expect([...again.events({ from: 6 })].map(({ sequence }) => sequence)).toEqual([6, 7]);
    expect(again.state()).toStrictEqual(foldAll(events));
    again.close();
  });

  it("writes a batch whole or not at all, and remembers nothing of a refused one", () => {
    const path = scratchPath();
    const journal = openJournal(path, { create: true });
    journal.append(startedEvent(), ...wholeTrial(0, 5, "keep"));
    expect(() => journal.append(proposed(1), begun(1), begun(1))).toThrow(
      expect.objectContaining({ code: "journal.inconsistent" }),
    );
    expect(journal.state()?.nextTrial).toBe(1);
    expect([...journal.events()]).toHaveLength(4);
    expect(journal.append(...wholeTrial(1, 6))).toBe(7);
    journal.close();
  });

  it("takes back a whole transaction, programs included, and lets an inner failure be survived", () => {
    const journal = openJournal(scratchPath(), { create: true });
    journal.append(startedEvent());
    const files = { "a.ts": "never written" };
    expect(() =>
      journal.transaction(() => {
        journal.saveProgram(files);
        journal.append(proposed(0));
        throw new Error("changed my mind");
      }),
    ).toThrow("changed my mind");
    expect(journal.state()?.nextTrial).toBe(0);
    expect(() => journal.program(candidateId(files))).toThrow(
      expect.objectContaining({ code: "journal.unknown-candidate" }),
    );

    journal.transaction(() => {
      journal.append(proposed(0));
      expect(() => journal.append(begun(0), begun(7))).toThrow("never proposed");
      journal.append(begun(0));
    });
    expect([...journal.events()].map(({ event }) => event.type)).toEqual([
      "run.started",
      "trial.proposed",
      "trial.started",
    ]);
    expect(journal.state()?.open).toMatchObject([{ trial: 0, attempts: 1 }]);
    const foreign = Object.assign(new Error("another file's problem"), { code: "EACCES" });
    expect(() =>
      journal.transaction(() => {
        throw foreign;
      }),
    ).toThrow(foreign);
    expect(() =>
      journal.transaction(async () => {
        await Promise.resolve();
      }),
    ).toThrow("promise");
    journal.close();
  });

  it("refuses a number that JSON cannot hold, naming it", () => {
    const journal = openJournal(scratchPath(), { create: true });
    journal.append(startedEvent(), proposed(0));
    const event = { ...scored(0, 1), outcome: outcome({ metrics: { loss: Number.NaN } }) };
    expect(() => journal.append(event)).toThrow(
      expect.objectContaining({
        code: "journal.not-json",
        message: "expected finite numbers in trial.finished, found NaN as `loss`",
      }),
    );
    journal.close();
  });

  it("stores a text once however many programs have it, and gives every program back exactly", () => {
    const path = scratchPath();
    const journal = openJournal(path, { create: true });
    const shared = "const shared = true;\r\n".repeat(50);
    const programs: ProgramFiles[] = [
      { "train.ts": "lr = 1", "lib/x.ts": shared },
      { "train.ts": "lr = 2", "lib/x.ts": shared },
      { "train.ts": "", "naïve name.py": "a\0b \u{1F9D1}", ["__proto__"]: "own" },
      {},
    ];
    const ids = programs.map((files) => journal.saveProgram(files));
    expect(journal.saveProgram(programs[0]!)).toBe(ids[0]);
    expect(ids).toEqual(programs.map(candidateId));
    expect(ids.map((id) => journal.program(id))).toStrictEqual(programs);
    journal.close();
    const db = new Database(path, { readonly: true });
    expect(db.prepare("SELECT count(*) AS n FROM files").get()).toEqual({ n: 6 });
    db.close();
  });

  it("keeps curves by attempt, in the order they came, and gives the last attempt's", () => {
    const journal = openJournal(scratchPath(), { create: true });
    journal.appendCurve(3, 1, [{ seconds: 0, loss: 9 }]);
    journal.appendCurve(3, 2, [
      { seconds: 0.5, loss: 4 },
      { seconds: 1, loss: 3.25 },
    ]);
    journal.transaction(() => journal.appendCurve(3, 2, [{ seconds: 1.5, loss: Infinity }]));
    journal.appendCurve(3, 2, []);
    expect(journal.curve(3)).toEqual([
      { seconds: 0.5, loss: 4 },
      { seconds: 1, loss: 3.25 },
      { seconds: 1.5, loss: Infinity },
    ]);
    expect(journal.curve(3, 1)).toEqual([{ seconds: 0, loss: 9 }]);
    expect(journal.curve(4)).toEqual([]);
    journal.close();
  });

  it("lists trials from either end, from anywhere, and while it is being written", () => {
    const journal = openJournal(scratchPath(), { create: true });
    journal.append(
      startedEvent(),
      ...Array.from({ length: 600 }, (_, i) => wholeTrial(i, 5, i === 0 ? "keep" : "discard")).flat(),
    );
    journal.append(proposed(600), begun(600));
    const numbers = (options?: Parameters<typeof journal.trials>[0]) =>
      [...journal.trials(options)].map(({ trial }) => trial);
    expect(numbers()).toEqual(Array.from({ length: 601 }, (_, i) => i));
    expect(numbers({ order: "descending" })).toEqual(Array.from({ length: 601 }, (_, i) => 600 - i));
    expect(numbers({ order: "descending", limit: 2 })).toEqual([600, 599]);
    expect(numbers({ from: 598 })).toEqual([598, 599, 600]);
    expect(numbers({ from: 2, order: "descending" })).toEqual([2, 1, 0]);
    expect(numbers({ from: 9_999, order: "descending", limit: 1 })).toEqual([600]);
    expect(numbers({ from: 9_999 })).toEqual([]);
    expect(journal.trial(600)).toMatchObject({ attempts: 1, outcome: null, description: "edit 600" });
    expect(journal.trial(601)).toBeNull();
    let seen = 0;
    for (const { trial } of journal.trials()) {
      if (trial < 600) journal.append({ type: "holdout.measured", at: 0, trial: 0, score: trial, reason: "" });
      seen++;
    }
    expect(seen).toBe(601);
    journal.close();
  });

  it("is read by others while one writes, and they see what was appended", () => {
    const path = scratchPath();
    const writer = openJournal(path, { create: true });
    const reader = openJournal(path, { readOnly: true });
    expect(reader.state()).toBeNull();
    writer.transaction(() => {
      writer.append(startedEvent(), ...wholeTrial(0, 5, "keep"));
      expect(reader.state()).toBeNull();
    });
    expect(reader.state()).toStrictEqual(writer.state());
    writer.append(proposed(1));
    expect(reader.state()?.open).toHaveLength(1);
    expect(() => reader.append(begun(1))).toThrow(expect.objectContaining({ code: "journal.not-writable" }));
    writer.close();
    expect(reader.trial(1)?.trial).toBe(1);
    reader.close();
  });

  it("refuses to forget or change a fact, whoever asks", () => {
    const path = scratchPath();
    const journal = openJournal(path, { create: true });
    journal.append(startedEvent(), ...wholeTrial(0, 5, "keep"));
    journal.saveProgram({ a: "b" });
    journal.appendCurve(0, 1, [{ seconds: 1, loss: 1 }]);
    journal.close();
    const db = new Database(path);
    for (const table of ["events", "files", "programs", "curves"]) {
      const column = (db.pragma(`table_info(${table})`) as { name: string }[])[0]!.name;
      expect(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()).not.toEqual({ n: 0 });
      expect(() => db.exec(`UPDATE ${table} SET ${column} = ${column}`)).toThrow("append-only");
      expect(() => db.exec(`DELETE FROM ${table}`)).toThrow("append-only");
    }
    for (const sequence of [1, 4, 6]) {
      expect(() => db.exec(`INSERT OR REPLACE INTO events VALUES (${sequence}, 'x', NULL, '{}', 0)`)).toThrow(
        "without gaps",
      );
    }
    db.close();
  });

  it("shows every trial to plain SQL", () => {
    const path = scratchPath();
    const journal = openJournal(path, { create: true });
    journal.append(startedEvent(), ...wholeTrial(0, 5, "keep"), proposed(1));
    journal.close();
    const db = new Database(path, { readonly: true });
    expect(db.prepare("SELECT * FROM trials ORDER BY trial").all()).toEqual([
      { trial: 0, proposer: "tpe", status: "scored", score: 5, decision: "keep", description: "edit 0" },
      { trial: 1, proposer: "tpe", status: null, score: null, decision: null, description: "edit 1" },
    ]);
    db.close();
  });
});

describe("every legal run", () => {
  it("reads as snapshot and tail exactly as the full fold, however often it is reopened", () => {
    const options = { snapshotEvery: 7 };
    fc.assert(
      fc.property(arbitraryRun(), fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1 }), (events, cuts) => {
        const path = scratchPath();
        openJournal(path, { create: true }).close();
        for (let from = 0, turn = 0; from < events.length; turn++) {
          const to = from + cuts[turn % cuts.length]!;
          const journal = openJournal(path, options);
          journal.append(...events.slice(from, to));
          expect(json(journal.state())).toBe(json(foldAll(events.slice(0, to))));
          journal.close();
          from = to;
        }
        const fold = foldAll(events);
        const cached = readState(path);
        deleteSnapshots(path);
        expect(json(cached)).toBe(json(fold));
        expect(json(readState(path))).toBe(json(fold));
        rmSync(path);
      }),
      { numRuns: 25 },
    );
  });

  it("lists the same trials by index as by folding one trial after the other", () => {
    fc.assert(
      fc.property(arbitraryRun(), (events) => {
        const path = scratchPath();
        const journal = openJournal(path, { create: true });
        journal.append(...events);
        const state = journal.state()!;
        const listed = [...journal.trials()];
        const finished: TrialRecord[] = listed.filter(({ verdict }) => verdict !== null);
        expect(listed.map(({ trial }) => trial)).toEqual(listed.map((_, i) => i));
        expect(json(finished)).toBe(json(state.recent));
        const contested = state.contests.map(({ record }) => record);
        const undecided = [...state.open, ...contested].sort((a, b) => a.trial - b.trial);
        expect(json(listed.filter(({ verdict }) => verdict === null))).toBe(json(undecided));
        const ended = listed.filter(({ outcome }) => outcome !== null && outcome.status !== "interrupted");
        expect(json([...journal.ends()])).toBe(
          json(ended.map(({ trial, outcome, verdict }) => ({ trial, outcome, verdict }))),
        );
        journal.close();
        rmSync(path);
      }),
      { numRuns: 25 },
    );
  });
});

/** Compared as text, key order included: a name such as `constructor` misleads structural comparison. */
const json = (value: unknown): string => JSON.stringify(value);

function readState(path: string): RunState | null {
  const reader = openJournal(path, { readOnly: true });
  const state = reader.state();
  reader.close();
  return state;
}

function deleteSnapshots(path: string): void {
  const db = new Database(path);
  const { changes } = db.prepare("DELETE FROM snapshots").run();
  const { n } = db.prepare("SELECT count(*) AS n FROM events").get() as { n: number };
  expect(changes).toBe(n < 7 ? 0 : 1);
  db.close();
}
