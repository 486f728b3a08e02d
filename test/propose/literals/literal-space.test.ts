import { describe, expect, it } from "vitest";

import { sphere } from "../../../bench/proposers/functions.ts";
import { nanoLmSurrogate } from "../../../bench/proposers/nano-lm/surrogate.ts";
import { candidateId } from "../../../src/core/candidate.ts";
import type { Evidence } from "../../../src/core/contest.ts";
import type { TrialRecord } from "../../../src/core/trial.ts";
import { observe, observePending } from "../../../src/propose/literals/literal-space.ts";
import { createProposer } from "../../../src/propose/registry.ts";
import { simulateRun } from "../../../src/testing/simulate-run.ts";

const measured = (gain: number, pairs: number): Evidence => ({
  purse: "clear",
  level: 0.05,
  logEvidence: 1,
  pairs,
  gain,
  error: 0.1,
});

describe("what the history says of the literals", () => {
  const run = () =>
    simulateRun({
      proposer: createProposer("random"),
      program: sphere.program,
      score: sphere.score,
      trials: 3,
      seed: 1,
    });
  const withEvidence = (record: TrialRecord, evidence: Evidence): TrialRecord => ({
    ...record,
    verdict: { decision: "discard", rule: "tested", reason: "", reward: 0, evidence },
  });

  it("is a trial's re-measured gain over the champion where there is one, and its first look where there is none", async () => {
    const { context } = await run();
    const [baseline, first] = context.history as [TrialRecord, TrialRecord];
    const seen = async (record: TrialRecord) => (await observe({ ...context, history: [baseline, record] }))[1]?.loss;
    expect(first.parent).toBe(baseline.candidate);
    expect(await seen(first)).toBe(first.outcome?.score);
    expect(await seen(withEvidence(first, measured(0.25, 3)))).toBeCloseTo((baseline.outcome?.score as number) - 0.25);
    expect(await seen(withEvidence(first, measured(0, 0)))).toBe(first.outcome?.score);
  });

  it("counts a gain from the champion that it was measured beside, not from what was edited", async () => {
    const { context } = await run();
    const [baseline, first, second] = context.history as [TrialRecord, TrialRecord, TrialRecord];
    const kept: TrialRecord = { ...first, verdict: { decision: "keep", rule: "tested", reason: "", reward: 1 } };
    const merged = withEvidence({ ...second, parent: baseline.candidate }, measured(0.25, 3));
    const seen = await observe({ ...context, history: [baseline, kept, merged] });
    expect(first.outcome?.score).not.toBe(baseline.outcome?.score);
    expect(seen[2]?.loss).toBeCloseTo((first.outcome?.score as number) - 0.25);
  });

  it("counts it from the one that is named, be it a later trial's", async () => {
    const { context } = await run();
    const [baseline, first, second] = context.history as [TrialRecord, TrialRecord, TrialRecord];
    const kept: TrialRecord = { ...second, verdict: { decision: "keep", rule: "tested", reason: "", reward: 1 } };
    const waited = withEvidence(first, { ...measured(0.25, 3), opponent: second.trial });
    const seen = await observe({ ...context, history: [baseline, waited, kept] });
    expect(second.outcome?.score).not.toBe(baseline.outcome?.score);
    expect(seen[1]?.loss).toBeCloseTo((second.outcome?.score as number) - 0.25);
  });

  it("ends where a journal of others names opponents in a circle", async () => {
    const { context } = await run();
    const [baseline, first, second] = context.history as [TrialRecord, TrialRecord, TrialRecord];
    const circle = [
      withEvidence(first, { ...measured(0.25, 3), opponent: second.trial }),
      withEvidence(second, { ...measured(0.5, 3), opponent: first.trial }),
    ];
    const seen = await observe({ ...context, history: [baseline, ...circle] });
    expect(seen.every(({ loss }) => Number.isFinite(loss))).toBe(true);
  });

  it("turns a gain round with the direction of the metric", async () => {
    const { context } = await run();
    const [baseline, first] = context.history as [TrialRecord, TrialRecord];
    const history = [baseline, withEvidence(first, measured(0.25, 3))];
    const [before, after] = await observe({ ...context, direction: "maximize", history });
    expect((after?.loss as number) - (before?.loss as number)).toBeCloseTo(-0.25);
  });

  it("knows the literals of trials that run, and not what they score", async () => {
    const { context } = await run();
    const pending = await observePending({ ...context, pending: context.history.slice(1, 2) });
    expect([...(pending[0]?.values.keys() ?? [])]).toHaveLength(6);
    expect(pending[0]?.loss).toBeNaN();
  });
});

describe("the surrogate of nano-lm", () => {
  const f = nanoLmSurrogate();
  const text = f.program["train.ts"] as string;
  const scoreWith = (from: string, to: string) => {
    expect(text).toContain(from);
    return f.score({ "train.ts": text.replace(from, to) });
  };

  it("gives the shipped program about what its baselines scored, a higher learning rate less and plain descent more", async () => {
    const baseline = (await f.score(f.program)) as number;
    expect(baseline).toBeGreaterThan(3.8);
    expect(baseline).toBeLessThan(4.4);
    expect(await scoreWith("learningRate = 0.0005", "learningRate = 0.004")).toBeLessThan(baseline - 0.4);
    expect(await scoreWith('optimizer = "adamw" as', 'optimizer = "sgd" as')).toBeGreaterThan(baseline + 0.5);
  });

  it("scores rewritten lines alike however often it is asked", async () => {
    const edited = { "train.ts": text.replace("head(lastNorm(x))", "head(x)") };
    expect(candidateId(edited)).not.toBe(candidateId(f.program));
    expect(await f.score(edited)).toBe(await f.score(edited));
  });
});
