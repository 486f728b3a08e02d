/** A journal that is deleted or moved under its writer ends the run: SQLite itself goes on writing to a file that nobody finds. */
import { cpSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";

import { openJournal } from "../../../src/journal/journal.ts";
import { startedEvent } from "../arbitrary-run.ts";
import { scratchPath } from "../scratch.ts";
import { wholeTrial } from "../simple-trial.ts";

/** A run of one trial; `then` happens while it is open. Returns what the next append throws. */
function afterwards(then: (path: string) => void): unknown {
  const path = scratchPath();
  const journal = openJournal(path, { create: true });
  try {
    journal.append(startedEvent("minimize"), ...wholeTrial(0, 4, "keep"));
    then(path);
    journal.append(...wholeTrial(1, 5));
    return undefined;
  } catch (thrown) {
    return thrown;
  } finally {
    journal.close();
  }
}

describe.skipIf(process.platform === "win32")("a journal that is open for writing", () => {
  test.each<[string, RegExp, (path: string) => void]>([
    ["is deleted", /found it deleted or moved$/, (path) => rmSync(path)],
    ["loses its log", /found it deleted or moved$/, (path) => rmSync(`${path}-wal`)],
    [
      "is deleted with all of .strop",
      /found it deleted or moved$/,
      (path) => rmSync(dirname(path), { recursive: true }),
    ],
    [
      "is moved with its folder",
      /found it deleted or moved$/,
      (path) => renameSync(dirname(path), `${dirname(path)}-2`),
    ],
    [
      "is replaced by a copy",
      /found another in its place$/,
      (path) => {
        cpSync(path, `${path}-copy`);
        renameSync(`${path}-copy`, path);
      },
    ],
  ])("and %s is written to no more", (_, message, then) => {
    expect(afterwards(then)).toMatchObject({
      code: "journal.gone",
      message: expect.stringMatching(message),
      hint: expect.stringContaining("the same command goes on there"),
    });
  });

  test("goes on while others read it", () => {
    const read = (path: string) => {
      for (let i = 0; i < 3; i++) {
        const reader = openJournal(path, { readOnly: true });
        expect(reader.state()?.nextTrial).toBe(1);
        reader.close();
      }
    };
    expect(afterwards(read)).toBeUndefined();
  });
});
