import { describe, expect, it } from "vitest";

import type { TrialRecord } from "../../src/core/trial.ts";
import type { RunEvent } from "../../src/journal/events.ts";
import { exportCsv, exportJsonl, exportTsv, metricNames } from "../../src/journal/export.ts";
import { finishedRecord, proposedRecord } from "../../src/journal/fold/trial-record.ts";
import { failed, outcome, proposed, scored } from "./simple-trial.ts";

const record = (trial: number, finish: RunEvent, over: Partial<TrialRecord> = {}): TrialRecord => {
  if (finish.type !== "trial.finished") expect.unreachable();
  return { ...finishedRecord(proposedRecord(proposed(trial)), finish), ...over };
};

const records = [
  record(0, scored(0, 0.9979, "keep"), { candidate: "0123456789abcdef", description: "baseline" }),
  record(1, scored(1, 0.98604149), { description: "tab\there\r\nand a line" }),
  record(2, failed(2, "crashed"), { description: "=1+1" }),
  record(3, failed(3, "interrupted")),
  record(4, failed(4, "invalid"), { candidate: null, description: 'say "no", twice' }),
  { ...proposedRecord(proposed(5)), description: "still running" },
];

describe("results.tsv", () => {
  it("is what autoresearch writes: five columns, keep, discard or crash, finished trials only", () => {
    expect([...exportTsv(records, "val_bpb")]).toEqual([
      "commit\tval_bpb\tmemory_gb\tstatus\tdescription",
      "0123456\t0.997900\t1.0\tkeep\tbaseline",
      "0000000\t0.986041\t1.0\tdiscard\ttab here and a line",
      "0000000\t0.000000\t0.0\tcrash\t=1+1",
      '-\t0.000000\t0.0\tcrash\tsay "no", twice',
    ]);
  });

  it("names its column after the metric, believes reported video memory, and never rounds a small score to a crash", () => {
    const small = record(1, {
      ...scored(1, 1),
      outcome: outcome({ score: 1.25e-7, metrics: { peak_vram_mb: 45_060.2 } }),
    });
    expect([...exportTsv([small], "mean\tloss")]).toEqual([
      "commit\tmean loss\tmemory_gb\tstatus\tdescription",
      "0000000\t1.250000e-7\t44.0\tdiscard\tedit 1",
    ]);
  });
});

describe("CSV", () => {
  it("has every trial, quotes what must be quoted and disarms formulas", () => {
    const [header, ...lines] = [...exportCsv(records)];
    expect(header).toBe(
      "trial,status,decision,score,reward,proposer,description,reason,candidate,parent,seed,attempts," +
        "wall_seconds,train_seconds,cpu_seconds,peak_memory_bytes",
    );
    expect(lines).toHaveLength(6);
    expect(lines[0]).toBe(
      "0,scored,keep,0.9979,0.5,tpe,baseline,,0123456789abcdef,bbbbbbbbbbbbbbbb,0,0,2,1,1,1073741824",
    );
    expect(lines[1]).toContain(',"tab\there\nand a line",');
    expect(lines[2]).toContain(",'=1+1,it broke,");
    expect(lines[4]).toContain(',"say ""no"", twice",');
    expect(lines[5]).toBe("5,,,,,tpe,still running,,0000000000000005,bbbbbbbbbbbbbbbb,5,0,,,,");
  });
});

describe("CSV of runs with metrics", () => {
  it("has a column for each, empty where a trial has none", () => {
    const measured: Record<string, number>[] = [{ test: 0.25 }, { test: 0.5, '=1,"': 2 }];
    const some = measured.map((metrics, trial) =>
      record(trial, { ...scored(trial, 1), outcome: outcome({ score: 1, metrics }) }),
    );
    const [header = "", ...lines] = [...exportCsv(some, metricNames(some))];
    expect(header).toMatch(/peak_memory_bytes,metrics\.test,"metrics\.=1,"""$/);
    expect(lines.map((line) => line.split(",").slice(-2))).toEqual([
      ["0.25", ""],
      ["0.5", "2"],
    ]);
  });
});

describe("JSON Lines", () => {
  it("has everything, one object to a line", () => {
    const lines = [...exportJsonl(records)];
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(records);
    expect(lines.join("")).not.toContain("\n");
  });
});
