import { describe, expect, test } from "vitest";

import type { Evidence, PastTrial } from "../../../src/judge/pruner.ts";
import { hyperbandPruner } from "../../../src/judge/pruners/hyperband.ts";
import { medianPruner } from "../../../src/judge/pruners/median.ts";
import { neverStop } from "../../../src/judge/pruners/none.ts";
import { patientPruner } from "../../../src/judge/pruners/patient.ts";
import { percentilePruner } from "../../../src/judge/pruners/percentile.ts";
import { successiveHalvingPruner } from "../../../src/judge/pruners/successive-halving.ts";
import { thresholdPruner } from "../../../src/judge/pruners/threshold.ts";

const trajectory = (levels: readonly number[]) => ({ levels, forecast: () => null });
const flat = (trial: number, level: number, checks = 9): PastTrial => ({
  trial,
  trajectory: trajectory(Array.from({ length: checks }, () => level)),
  final: level,
});
const past = [1, 2, 3, 4, 5, 6, 7].map((level, trial) => flat(trial, level));
const at = (levels: readonly number[], others: readonly PastTrial[] = past, trial = 7): Evidence => ({
  trial,
  live: trajectory(levels),
  checks: 9,
  incumbent: 1,
  past: others,
});

describe("the median rule", () => {
  test("stops what is worse than the median of earlier trials at the same check, and only that", () => {
    expect(medianPruner().judge(at([4.1]))).toMatch(/above the 50th percentile at this point, 4/);
    expect(medianPruner().judge(at([4]))).toBeNull();
  });

  test("remembers the best loss so far, so that a spike is forgiven", () => {
    expect(medianPruner().judge(at([3, 90]))).toBeNull();
  });

  test("waits for five finished trials, and where told for a number of checks", () => {
    expect(medianPruner().judge(at([9], past.slice(0, 4)))).toBeNull();
    expect(medianPruner().judge(at([9], past.slice(0, 5)))).not.toBeNull();
    expect(medianPruner({ grace: 2 }).judge(at([9, 9]))).toBeNull();
    expect(medianPruner({ grace: 2 }).judge(at([9, 9, 9]))).not.toBeNull();
  });

  test("a trial without any number is stopped, a comparison without anyone to compare with is not", () => {
    expect(medianPruner().judge(at([Number.NaN]))).not.toBeNull();
    const short = past.map((one) => ({ ...one, trajectory: trajectory([1]) }));
    expect(medianPruner().judge(at([9, 9], short))).toBeNull();
  });
});

test("percentile 25 keeps only those that keep up with the best quarter", () => {
  expect(percentilePruner().judge(at([2.6]))).not.toBeNull();
  expect(percentilePruner().judge(at([2.5]))).toBeNull();
});

describe("successive halving", () => {
  const asha = successiveHalvingPruner({ reduction: 2 });

  test("judges at rungs 1, 2, 4, 8 only, and lets the better half on", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8].map((k) => asha.judge(at(Array.from({ length: k }, () => 9))) !== null)).toEqual([
      true,
      true,
      false,
      true,
      false,
      false,
      false,
      true,
    ]);
    expect(asha.judge(at([3.5]))).toBeNull();
    expect(asha.judge(at([4.5]))).not.toBeNull();
  });

  test("stops what shows no number where others do", () => {
    expect(asha.judge(at([Number.NaN]))).toBe("no finite loss at this rung");
  });

  test("lets the first trial at a rung pass", () => {
    expect(asha.judge(at([9], []))).toBeNull();
  });
});

test("hyperband deals trials to brackets of which some wait longer before they judge", () => {
  const firstJudged = Array.from({ length: 40 }, (_, trial) => {
    const everyone = Array.from({ length: 40 }, (__, other) => flat(other, 1));
    return [1, 2, 3, 4, 5, 6, 7, 8].find(
      (k) =>
        hyperbandPruner().judge(
          at(
            Array.from({ length: k }, () => 9),
            everyone,
            trial,
          ),
        ) !== null,
    );
  });
  expect(new Set(firstJudged)).toEqual(new Set([1, 3, undefined]));
});

test("patience spares what still improves and asks the other pruner about the rest", () => {
  const patient = patientPruner({ inner: medianPruner(), patience: 2 });
  expect(patient.judge(at([9, 8, 7]))).toBeNull();
  expect(patient.judge(at([7, 8, 7]))).not.toBeNull();
  expect(patient.judge(at([3, 3, 3]))).toBeNull();
  expect(patientPruner({ patience: 2 }).judge(at([3, 3, 3]))).toBe("no improvement in 2 checks");
});

test("a threshold stops what is outside of it or no number, after its grace", () => {
  const { judge } = thresholdPruner({ upper: 5, lower: 0, grace: 1 });
  expect([[6], [1, 6], [1, -1], [1, Number.NaN], [1, 5]].map((levels) => judge(at(levels)) !== null)).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
});

test("none stops nothing", () => {
  expect(neverStop.judge(at([Number.NaN]))).toBeNull();
});
