import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { StropError } from "../../src/core/errors.ts";
import { type Journal, openJournal } from "../../src/journal/journal.ts";
import { recordEnd } from "../../src/loop/record-end.ts";
import { startedEvent } from "../journal/arbitrary-run.ts";
import { freshFolder } from "../fresh-folder.ts";

let journal: Journal;

beforeEach(() => {
  journal = openJournal(join(freshFolder(), "journal.db"), { create: true });
  const baseline = journal.saveProgram({ "a.py": "1\n" });
  journal.append({ ...startedEvent(), baseline } as ReturnType<typeof startedEvent>);
});

afterEach(() => journal.close());

const ending = (work: () => Promise<string>) => recordEnd({ journal, now: () => 7 }, work);

test("a run ends with the reason that its work gives", async () => {
  expect(await ending(async () => "all 3 trials done")).toMatchObject({ ended: "all 3 trials done", lastAt: 7 });
});

test("what strop could not go on with is thrown, and stands in the journal in one line", async () => {
  const failure = new StropError("environment.changed", "found changes in a.csv\nand more");
  await expect(ending(() => Promise.reject(failure))).rejects.toBe(failure);
  expect(journal.state()?.ended).toBe("strop could not go on: found changes in a.csv");
});

test("a reason that is given before the failure stays", async () => {
  const failing = async () => {
    journal.append({ type: "run.ended", at: 5, reason: "the baseline crashed" });
    throw new Error("no score");
  };
  await expect(ending(failing)).rejects.toThrow("no score");
  expect(journal.state()?.ended).toBe("the baseline crashed");
});

test("a journal that cannot be written any more hides no failure", async () => {
  const failing = async () => {
    journal.close();
    throw new Error("the sandbox is gone");
  };
  await expect(ending(failing)).rejects.toThrow("the sandbox is gone\nAt the same time: ");
});
