import { describe, expect, test } from "vitest";

import { wilsonInterval } from "../../../src/core/numerics/stats.ts";
import { createRandom } from "../../../src/core/numerics/random.ts";
import { falseAbortBound, logLikelihoodRatio, waldBoundaries } from "../../../src/judge/forecast/sprt.ts";

describe("the sequential probability ratio test", () => {
  test("has Wald's boundaries", () => {
    expect(waldBoundaries(0.05).bad).toBeCloseTo(Math.log(19), 12);
    expect(waldBoundaries(0.05).good).toBeCloseTo(-Math.log(19), 12);
    expect(waldBoundaries(0.05, 0.2).bad).toBeCloseTo(Math.log(0.8 / 0.05), 12);
    expect(waldBoundaries(0.05, 0.2).good).toBeCloseTo(Math.log(0.2 / 0.95), 12);
    expect(falseAbortBound(0.05)).toBeCloseTo(1 / 19, 12);
  });

  test("weighs a forecast as the ratio of two normal densities does", () => {
    const density = (x: number, mean: number, sd: number) => Math.exp(-(((x - mean) / sd) ** 2) / 2) / sd;
    for (const [loss, error] of [
      [1.3, 0.2],
      [0.7, 0.5],
      [2, 1],
    ] as const) {
      expect(logLikelihoodRatio({ loss, error }, { good: 1, separation: 0.4 })).toBeCloseTo(
        Math.log(density(loss, 1.4, error) / density(loss, 1, error)),
        10,
      );
    }
  });

  test("says nothing about a forecast that is no number", () => {
    expect(logLikelihoodRatio({ loss: Number.NaN, error: 1 }, { good: 1, separation: 1 })).toBe(0);
  });

  test("stops at most β/(1 − β) of good trials, looked at a hundred times, when forecasts are as certain as they say", () => {
    const random = createRandom("wald");
    const { bad } = waldBoundaries(0.05);
    const trials = 2_000;
    let stopped = 0;
    for (let i = 0; i < trials; i++) {
      // After n observations of unit variance their mean is the forecast, with standard error 1/√n.
      let total = 0;
      for (let n = 1; n <= 100; n++) {
        total += random.normal();
        if (logLikelihoodRatio({ loss: total / n, error: 1 / Math.sqrt(n) }, { good: 0, separation: 0.5 }) < bad)
          continue;
        stopped++;
        break;
      }
    }
    expect(stopped).toBeGreaterThan(0);
    expect(wilsonInterval(stopped, trials).low).toBeLessThan(falseAbortBound(0.05));
  });
});
