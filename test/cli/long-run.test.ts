/** A long run is looked at in less memory than it takes on disk. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";

import type { RunEvent } from "../../src/journal/events.ts";
import { openJournal } from "../../src/journal/journal.ts";
import { freshFolder } from "../fresh-folder.ts";
import { startedEvent } from "../journal/arbitrary-run.ts";
import { begun, outcome, proposed, scored } from "../journal/simple-trial.ts";
import { strop } from "./strop.ts";

const TRIALS = 4_000;
const HEAP_MB = 64;

const folder = freshFolder();
const path = join(folder, ".strop/runs/run-001/journal.db");

beforeAll(() => {
  const journal = openJournal(path, { create: true, snapshotEvery: 11_000 });
  const baseline = journal.saveProgram({ "train.ts": "1\n" });
  journal.append({ ...startedEvent("minimize"), baseline } as RunEvent);
  const { diagnostics } = outcome();
  for (let trial = 0; trial < TRIALS;) {
    journal.transaction(() => {
      for (let i = 0; i < 100; i++, trial++) {
        const finished = scored(trial, 2 + (trial % 10), trial === 0 ? "keep" : "discard");
        const outputTail = `${trial} `.repeat(3_000);
        journal.append(proposed(trial, { candidate: baseline }), begun(trial), {
          ...finished,
          outcome: { ...finished.outcome, diagnostics: { ...diagnostics, outputTail } },
        });
      }
    });
  }
  journal.close();
}, 120_000);

test.each(["log --all", "export --format csv", "export --format svg", "report -o .strop/page.html"])(
  "strop %s reads a run that does not fit into its memory",
  { timeout: 180_000 },
  async (command) => {
    expect(statSync(path).size).toBeGreaterThan(HEAP_MB * 2 ** 20);
    const { code, stderr } = await strop(command.split(" "), folder, {
      NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}`,
    });
    expect([code, stderr]).toEqual([0, ""]);
  },
);
