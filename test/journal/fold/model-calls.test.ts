import { constants, crc32, deflateRawSync } from "node:zlib";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";

import { type Exchange, NO_TOKENS } from "../../../src/core/exchange.ts";
import type { RunEvent } from "../../../src/journal/events.ts";
import { openJournal } from "../../../src/journal/journal.ts";
import { spentOnModels } from "../../../src/journal/model-use.ts";
import { startedEvent, taskTowards } from "../arbitrary-run.ts";
import { begun, proposed, scored } from "../simple-trial.ts";
import { scratchPath } from "../scratch.ts";

const asked = (exchange: number, reserved = 1): RunEvent => ({
  type: "model.asked",
  at: 0,
  exchange,
  key: `key-${exchange}`,
  purpose: "trial-1",
  model: "a/b",
  reserved,
});
const answered = (exchange: number, cost: number | null): RunEvent => ({
  type: "model.answered",
  at: 0,
  exchange,
  usage: { input: 100, cachedInput: 40, output: 10, reasoning: 4 },
  cost,
  failure: null,
  wallSeconds: 2,
});
const words = (exchange: number): Exchange => ({
  exchange,
  purpose: "trial-1",
  model: "a/b",
  request: { messages: [{ role: "user", content: "naïve 🙂 ".repeat(1_000) }], samples: 1 },
  reply: {
    answers: [{ text: `answer ${exchange}`, finish: "stop" }],
    usage: NO_TOKENS,
    failure: null,
    attempts: 1,
    wallSeconds: 2,
  },
  cost: 0.25,
});

describe("calls of language models in a journal", () => {
  it("add up by model, and a call that a kill cut off counts with all that was reserved for it", () => {
    const journal = openJournal(scratchPath(), { create: true });
    journal.append(startedEvent("minimize"), asked(0), asked(1, 7), answered(0, 0.25), asked(2), answered(2, null));
    const { models } = journal.state()!;
    expect(models.byModel["a/b"]).toEqual({
      calls: 2,
      failures: 0,
      usage: { input: 200, cachedInput: 80, output: 20, reasoning: 8 },
      cost: 0.25,
      unpriced: 1,
      estimated: 0,
      wallSeconds: 4,
    });
    expect(models.open).toEqual([{ exchange: 1, model: "a/b", reserved: 7 }]);
    journal.append({ type: "run.resumed", at: 0, task: taskTowards("minimize"), tier: "deno" });
    expect(spentOnModels(journal.state()!.models)).toBe(7.25);
    journal.close();
  });

  it("are numbered without gaps and answered once", () => {
    const journal = openJournal(scratchPath(), { create: true });
    journal.append(startedEvent("minimize"), asked(0));
    for (const wrong of [asked(0), asked(2), answered(1, 0)])
      expect(() => journal.append(wrong)).toThrow(expect.objectContaining({ code: "journal.inconsistent" }));
    journal.append(answered(0, 0));
    expect(() => journal.append(answered(0, 0))).toThrow(expect.objectContaining({ code: "journal.inconsistent" }));
    journal.close();
  });

  it("keep their words, by number, by key and newest first come last", () => {
    const path = scratchPath();
    const journal = openJournal(path, { create: true });
    for (const number of [0, 1, 2]) journal.saveExchange(`key-${number}`, words(number));
    expect(journal.exchange(1)).toEqual(words(1));
    expect(journal.exchange("key-2")).toEqual(words(2));
    expect(journal.exchange("key-9")).toBeNull();
    expect(journal.exchanges(2)).toEqual([words(1), words(2)]);
    journal.close();
    const db = new Database(path);
    expect(() => db.exec("DELETE FROM exchanges")).toThrow(/append-only/);
    db.close();
  });

  it("that unpack to more than any call says are damage, as is what is no JSON", () => {
    const path = scratchPath();
    openJournal(path, { create: true }).close();
    const db = new Database(path);
    const insert = db.prepare("INSERT INTO exchanges (exchange, key, body, checksum) VALUES (?, '', ?, ?)");
    // Pieces of a deflated text in a row are one, of all their texts.
    const million = deflateRawSync(Buffer.alloc(2 ** 20, "1"), { finishFlush: constants.Z_SYNC_FLUSH });
    const bomb = Buffer.concat([...Array<Buffer>(2 ** 8).fill(million), deflateRawSync("1")]);
    for (const [i, body] of [deflateRawSync(JSON.stringify(words(0))), bomb, deflateRawSync("no JSON")].entries())
      insert.run(i, body, crc32(body));
    db.close();
    const journal = openJournal(path, { readOnly: true });
    expect(journal.exchange(0)).toEqual(words(0));
    expect(() => journal.exchange(1)).toThrow(/Cannot create a Buffer larger/);
    expect(() => journal.exchange(2)).toThrow(expect.objectContaining({ code: "journal.damaged" }));
    journal.close();
  });

  it("come to a journal of version 1 when it is next opened for writing; until then it has none", () => {
    const path = scratchPath();
    openJournal(path, { create: true }).close();
    const db = new Database(path);
    db.exec("DROP TABLE exchanges; PRAGMA user_version = 1");
    db.close();
    const reader = openJournal(path, { readOnly: true });
    expect(reader.exchanges(5)).toEqual([]);
    reader.close();
    const writer = openJournal(path);
    writer.saveExchange("key-0", words(0));
    expect(writer.exchange(0)).toEqual(words(0));
    writer.close();
  });
});

describe("parts of a trial", () => {
  it("are read back by a resumed run, and belong to an open trial", () => {
    const journal = openJournal(scratchPath(), { create: true });
    const part = (trial: number, name: string, value: number): RunEvent => ({
      type: "part.finished",
      at: 0,
      trial,
      part: name,
      value,
    });
    journal.append(startedEvent("minimize"), proposed(0), begun(0), part(0, "copy-0", 0.5), part(0, "copy-1", 0.75));
    expect([...journal.parts(0)]).toEqual([
      ["copy-0", 0.5],
      ["copy-1", 0.75],
    ]);
    journal.append(scored(0, 1, "keep"));
    expect(() => journal.append(part(0, "copy-2", 1))).toThrow(
      expect.objectContaining({ code: "journal.inconsistent" }),
    );
    expect(journal.trial(0)).toMatchObject({ trial: 0, outcome: { score: 1 } });
    journal.close();
  });
});
