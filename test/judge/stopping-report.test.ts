import { describe, expect, test } from "vitest";

import type { OutcomeStatus, TrialRecord } from "../../src/core/trial.ts";
import { AUDITED_STOP, stoppingReport } from "../../src/judge/stopping-report.ts";
import { stoppingNotes } from "../../src/report/stopping.ts";

interface Told {
  readonly status: OutcomeStatus;
  readonly seconds: number;
  readonly score?: number;
  readonly kept?: boolean;
  /** Seconds at which the audit would have stopped it. */
  readonly audited?: number;
}

const trialOf = ({ status, seconds, score, kept, audited }: Told, trial: number): TrialRecord => ({
  trial,
  attempts: 1,
  proposer: "p",
  description: "",
  parent: null,
  candidate: "c",
  edit: null,
  detail: null,
  seed: 0,
  outcome: {
    status,
    score: score ?? null,
    reason: "",
    selfReported: false,
    metrics: audited === undefined ? {} : { [AUDITED_STOP]: audited },
    diagnostics: { wallSeconds: seconds, trainSeconds: seconds, cpuSeconds: 0, peakMemoryBytes: 0, outputTail: "" },
  },
  verdict: { decision: kept === true ? "keep" : "discard", rule: "strict", reason: "", reward: 0 },
});

const run: readonly Told[] = [
  { status: "scored", seconds: 100, score: 5, kept: true },
  { status: "scored", seconds: 100, score: 6 },
  { status: "stopped-early", seconds: 20 },
  { status: "stopped-early", seconds: 60 },
  { status: "crashed", seconds: 1 },
  { status: "scored", seconds: 100, score: 7, audited: 40 },
  { status: "scored", seconds: 100, score: 4, audited: 40, kept: true },
  { status: "scored", seconds: 100, score: 4.5, audited: 40 },
];

describe("the report on early stopping", () => {
  const report = stoppingReport(run.map(trialOf), "minimize");

  test("counts what ran, what was stopped and what was audited", () => {
    expect(report).toMatchObject({ executed: 6, stopped: 2, audited: 3 });
  });

  test("has p_bad, μ_abort and the gain as measured and as eq. 9 predicts", () => {
    expect(report.badShare).toBeCloseTo(5 / 6, 12);
    expect(report.abortShare).toBeCloseTo((0.2 + 0.6 + 3 * 0.4) / 5, 12);
    expect(report.savedSeconds).toBeCloseTo(120, 12);
    expect(report.gain).toBeCloseTo(600 / 480, 12);
    expect(report.predictedGain).toBeCloseTo(1 / (1 - (5 / 6) * 0.6), 12);
  });

  test("calls an audited trial a false abort when it beat the champion of its time, in the metric's direction", () => {
    expect(report.falseAborts).toBe(1);
    expect(report.falseAbortRate.high).toBeGreaterThan(1 / 3);
    expect(stoppingReport(run.map(trialOf), "maximize").falseAborts).toBe(2);
  });

  test("the paper's own figures give 1.52 by its equation", () => {
    const told: Told[] = [
      { status: "scored", seconds: 100, score: 1, kept: true },
      ...Array.from({ length: 45 }, (): Told => ({ status: "scored", seconds: 100, score: 2 })),
      ...Array.from({ length: 55 }, (): Told => ({ status: "stopped-early", seconds: 38 })),
    ];
    const paper = stoppingReport(told.map(trialOf), "minimize");
    expect(paper.predictedGain).toBeCloseTo(1.5175, 3);
    expect(paper.gain).toBeCloseTo(paper.predictedGain, 10);
  });

  test("is said in sentences, and not at all where nothing was stopped", () => {
    expect(stoppingNotes(report)).toEqual([
      "Early stopping: 2 of 6 trials stopped, saved 2 m 00 s of training, 1.25× the trials per hour. Hopeless were 83 % (p_bad), after 40 % of their time (μ_abort): eq. 9 of docs/self-evaluation.md predicts 2.00×.",
      "Audit: 1 of 3 would-be stops that ran on beat the champion (6 % to 79 % at 95 %).",
    ]);
    expect(stoppingNotes(stoppingReport([], "minimize"))).toEqual([]);
    expect(stoppingReport([], "minimize")).toMatchObject({ executed: 0, gain: 1, predictedGain: 1 });
  });

  test("a run in which every trial was stopped has no invented figures", () => {
    const all = stoppingReport([trialOf({ status: "stopped-early", seconds: 20 }, 1)], "minimize");
    expect(all).toMatchObject({ executed: 1, badShare: 1, gain: 1, savedSeconds: 0 });
    expect(stoppingNotes(all)[0]).toMatch(/after an unknown share .* predicts nothing/);
  });
});
