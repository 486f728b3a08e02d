import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { openJournal } from "../../src/journal/journal.ts";
import { currentRun, journalPath, listRuns, nextRunName, runFolder } from "../../src/journal/runs.ts";
import { scratchFolder } from "./scratch.ts";

describe("the runs of a task's folder", () => {
  it("are none where nothing ever ran, and the next is run-001", () => {
    const folder = join(scratchFolder(), ".strop");
    expect(listRuns(folder)).toEqual([]);
    expect(currentRun(folder)).toBeUndefined();
    expect(nextRunName(folder)).toBe("run-001");
  });

  it("are in the order of their numbers, past 999 too, and only those with a journal", () => {
    const folder = scratchFolder();
    for (const run of ["run-1000", "run-002", "run-999"])
      openJournal(journalPath(folder, run), { create: true }).close();
    mkdirSync(runFolder(folder, "run-1001"));
    mkdirSync(runFolder(folder, "notes"));
    writeFileSync(runFolder(folder, "run-7"), "");
    expect(listRuns(folder)).toEqual(["run-002", "run-999", "run-1000"]);
    expect(currentRun(folder)).toBe("run-1000");
    expect(nextRunName(folder)).toBe("run-1002");
  });
});
