import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";

import { openJournal } from "../../../src/journal/journal.ts";
import { journalPath } from "../../../src/journal/runs.ts";
import { resultOf } from "../../../src/loop/reprogram/result.ts";
import type { ReprogramSettings } from "../../../src/loop/reprogram/settings.ts";
import type { Small } from "./small-runs.ts";
import { freshFolder } from "../../fresh-folder.ts";

/** Runs the program until it has printed `until`, and kills it there; returns the pieces of work that it did. */
function runUntil(until: string, [which, folder, arm]: readonly [Small, string, string]): Promise<string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "small-runs.ts"), which, folder, arm], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const done: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    done.push(line.replace("done ", ""));
    if (line === `done ${until}`) child.kill("SIGKILL");
  });
  return new Promise((resolve) => child.on("close", () => resolve(done)));
}

/** All that a run came to, without what a clock says. */
function outcomeOf(folder: string): unknown {
  const journal = openJournal(journalPath(join(folder, ".strop"), "run-001"), { readOnly: true });
  try {
    const settings = journal.state()?.task.settings as unknown as ReprogramSettings;
    const text = JSON.stringify(resultOf(journal, settings), (key, value) => (key === "cpuSeconds" ? 0 : value));
    return JSON.parse(text);
  } finally {
    journal.close();
  }
}

async function expectSameAfterKills(which: Small, arm: string, stages: readonly string[]): Promise<void> {
  const [whole, killed] = [freshFolder(), freshFolder()];
  const uninterrupted = await runUntil("nothing", [which, whole, arm]);
  const pieces: string[] = [];
  for (const stage of [...stages, "all"]) pieces.push(...(await runUntil(stage, [which, killed, arm])));
  expect(uninterrupted.at(-1)).toBe("all");
  expect(stages.filter((stage) => !pieces.includes(stage))).toEqual([]);
  // The line of a piece may be lost in the kill, but none is done twice.
  expect(
    uninterrupted.filter((piece) => pieces.filter((other) => other === piece).length > countOf(uninterrupted, piece)),
  ).toEqual([]);
  expect(outcomeOf(killed)).toEqual(outcomeOf(whole));
}

const countOf = (list: readonly string[], piece: string): number => list.filter((other) => other === piece).length;

describe("a run that is killed in every stage", () => {
  it("of experiment 1 ends as if nothing had happened", { timeout: 600_000 }, () =>
    expectSameAfterKills("self", "random", [
      "measured",
      "train/generation-0-2",
      "generation/0",
      "next",
      "train/generation-1-4",
      "generation/1",
    ]),
  );

  it("of experiment 1 that learns from rewards ends as if nothing had happened", { timeout: 600_000 }, () =>
    expectSameAfterKills("self", "ppo", ["train/generation-0-2", "next", "measured", "ppo/1/5"]),
  );

  it("of experiment 2 ends as if nothing had happened", { timeout: 600_000 }, () =>
    expectSameAfterKills("mnist", "model", [
      "measured",
      "train/writer-3",
      "writer",
      "next",
      "final/best-0",
      "final/initial-1",
    ]),
  );
});
