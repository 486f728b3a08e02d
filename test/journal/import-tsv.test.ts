import { describe, expect, it } from "vitest";

import { exportTsv } from "../../src/journal/export.ts";
import { importTsv, importedEvents } from "../../src/journal/import-tsv.ts";
import { reduce } from "../../src/journal/fold/reduce.ts";
import type { RunState } from "../../src/journal/state.ts";
import { taskTowards } from "./arbitrary-run.ts";

const RESULTS = [
  "commit\tval_bpb\tmemory_gb\tstatus\tdescription",
  "baseline\t0.997900\t44.0\tkeep\tbaseline",
  "bea057b\t0.986041\t43.9\tkeep\thalve batch 524K to 262K (more steps in 5 min)",
  "187e419\t0.982603\t60.2\tdiscard\tadd 5% warmup",
  "e05a87d\t0.000000\t0.0\tcrash\tbatch 131K (assert fail: not divisible)",
  "7f2a65c\t0.981773\t60.2\tkeep\tdepth 9",
  "",
].join("\n");

const options = { run: "run-001", task: taskTowards("minimize"), at: 1_000 };
const fold = (text: string): RunState =>
  importedEvents(importTsv(text), options).reduce<RunState | null>(reduce, null) ?? expect.unreachable();

describe("results.tsv", () => {
  it("becomes a run whose history, champions and counts are those of the file", () => {
    const state = fold(RESULTS);
    expect(state).toMatchObject({
      baselineScore: 0.9979,
      champion: { trial: 4, score: 0.981773 },
      nextTrial: 5,
      open: [],
      ended: "5 experiments imported",
      counts: { scored: 4, crashed: 1, kept: 3, discarded: 2 },
      tier: "imported",
    });
    expect(state.champions.map(({ score }) => score)).toEqual([0.9979, 0.986041, 0.981773]);
    expect(state.recent[1]).toMatchObject({
      proposer: "import",
      candidate: null,
      description: "halve batch 524K to 262K (more steps in 5 min)",
    });
  });

  it("comes out again byte for byte", () => {
    expect(`${[...exportTsv(fold(RESULTS).recent, "val_bpb")].join("\n")}\n`).toBe(RESULTS);
  });

  it("may have a byte order mark, Windows line ends, empty lines and tabs in a description", () => {
    const { metric, rows } = importTsv(
      "\uFEFFcommit\tloss\tmemory_gb\tstatus\tdescription\r\n\r\na\t-1e-3\t0\tkeep\tone\ttwo\r\n",
    );
    expect(metric).toBe("loss");
    expect(rows).toEqual([{ commit: "a", score: -0.001, memoryGb: 0, status: "keep", description: "one two" }]);
  });

  it("never makes a worse champion: such a row becomes a discard that says so", () => {
    const state = fold(`${RESULTS}aaaaaaa\t0.99\t1.0\tkeep\tsimpler\n`);
    expect(state.champion?.trial).toBe(4);
    expect(state.recent.at(-1)?.verdict).toMatchObject({
      decision: "discard",
      reason: expect.stringContaining("worse than the best before"),
    });
  });

  const header = "commit\tval_bpb\tmemory_gb\tstatus\tdescription\n";
  it.each([
    ["", "line 1: expected the header `commit <metric> memory_gb status description` with tabs between, found nothing"],
    ["commit val_bpb memory_gb status description\n", "line 1: expected the header"],
    [header, "line 2: expected at least one experiment, found nothing"],
    [`${header}a\t1\t1\tkeep\n`, "line 2: expected 5 cells with tabs between, found `4 in a\t1\t1\tkeep`"],
    [
      `${header}a\t1\t1\tkeep\tx\n\na\t1\t1\tkept\tx\n`,
      "line 4: expected the status keep, discard or crash, found `kept`",
    ],
    [`${header}a\tnan\t1\tkeep\tx\n`, "line 2: expected a score as a finite number, found `nan`"],
    [`${header}a\t\t1\tdiscard\tx\n`, "line 2: expected a score as a finite number, found nothing"],
    [`${header}a\t1\t1e308\tkeep\tx\n`, "line 2: expected memory from 0 to 1000000 GB, found `1e308`"],
    [`${header}a\t1\t-1\tkeep\tx\n`, "line 2: expected memory from 0 to 1000000 GB, found `-1`"],
    [`${header}a\t1\tlots\tkeep\tx\n`, "line 2: expected memory in GB as a finite number, found `lots`"],
  ])("is refused with the line that is wrong: %j", (text, message) => {
    expect(() => importTsv(text)).toThrow(
      expect.objectContaining({ code: "journal.import", message: expect.stringContaining(message) }),
    );
  });

  it("is refused when it is about another metric than the task", () => {
    expect(() => fold(RESULTS.replace("val_bpb", "accuracy"))).toThrow(
      "line 1: expected the task's metric val_bpb as second column, found `accuracy`",
    );
  });
});
