import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createRandom } from "../../src/core/numerics/random.ts";
import { mean } from "../../src/core/numerics/stats.ts";
import { NOTHING_SPENT, nextLevel } from "../../src/judge/levels.ts";
import { missingRuns, noiseOf, spreadOf } from "../../src/judge/noise.ts";
import { logEvidence } from "../../src/judge/pair-test.ts";

const UNKNOWN = { squares: 0, degrees: 0 };

/** The e-value by brute force: priors on effect and noise integrated on a grid, without a closed form. */
function byQuadrature(differences: readonly number[], known: { squares: number; degrees: number }): number {
  const ratio = (g: number): number => {
    let [better, none] = [0, 0];
    for (let logNoise = -6; logNoise < 6; logNoise += 0.02) {
      const noise = Math.exp(logNoise);
      const weight = noise ** -known.degrees * Math.exp(-known.squares / (2 * noise ** 2));
      const likelihood = (effect: number) =>
        differences.reduce((product, d) => product * (Math.exp(-((d / noise - effect) ** 2) / 2) / noise), weight);
      none += likelihood(0);
      for (let effect = 0.01; effect < 60; effect += 0.02) {
        better += (likelihood(effect) * 2 * 0.02 * Math.exp(-(effect ** 2) / (2 * g))) / Math.sqrt(2 * Math.PI * g);
      }
    }
    return better / none;
  };
  return mean([1, 4, 16, 64].map(ratio));
}

describe("evidence from pairs", () => {
  test.each([
    [[1.2], { squares: 3, degrees: 3 }],
    [[0.8, 2.1, 1.4], { squares: 2, degrees: 4 }],
    [[-0.5, 0.3], { squares: 5, degrees: 8 }],
    [[2, 2.5, 1.7], UNKNOWN],
  ])("of %j with %j is what integration gives", (differences, known) => {
    expect(Math.exp(logEvidence(differences, known))).toBeCloseTo(byQuadrature(differences, known), 2);
  });

  test("is nothing without pairs, and with pairs that all tie", () => {
    expect(logEvidence([], { squares: 1, degrees: 3 })).toBeCloseTo(0, 12);
    expect(logEvidence([0, 0, 0], UNKNOWN)).toBe(0);
    expect(logEvidence([0, 0, 0], { squares: 0, degrees: 4 })).toBe(0);
  });

  test("is finite for scores that do not vary at all, and grows with every pair", () => {
    const logs = [1, 2, 3, 4].map((n) => logEvidence(Array<number>(n).fill(0.5), { squares: 0, degrees: 3 }));
    for (const [i, log] of logs.entries()) {
      expect(Number.isFinite(log)).toBe(true);
      if (i > 0) expect(log).toBeGreaterThan(logs[i - 1] as number);
    }
  });

  const gains = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 8 });
  const spread = fc.record({
    squares: fc.double({ min: 0.1, max: 50, noNaN: true }),
    degrees: fc.integer({ min: 1, max: 30 }),
  });

  test("does not depend on the unit", () => {
    fc.assert(
      fc.property(gains, spread, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (differences, known, unit) => {
        const scaled = logEvidence(
          differences.map((d) => d * unit),
          { ...known, squares: known.squares * unit ** 2 },
        );
        expect(scaled).toBeCloseTo(logEvidence(differences, known), 5);
      }),
    );
  });

  test("never falls when every pair shows more: what holds for no gain holds for a loss too", () => {
    const unclipped = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(unclipped, fc.double({ min: 0, max: 1, noNaN: true }), (differences, more) => {
        const known = { squares: 4, degrees: 8 };
        expect(
          logEvidence(
            differences.map((d) => d + more),
            known,
          ),
        ).toBeGreaterThanOrEqual(logEvidence(differences, known) - 1e-9);
      }),
    );
  });

  test("is a number after hundreds of pairs that all lose", () => {
    for (const pairs of [100, 200, 300, 1000]) {
      const lost = logEvidence(Array<number>(pairs).fill(-5), { squares: 6, degrees: 3 });
      expect(lost).toBeLessThanOrEqual(0);
      expect(Number.isFinite(lost)).toBe(true);
    }
  });

  test("of one outlier among ordinary pairs decides nothing", () => {
    const known = { squares: 100, degrees: 100 };
    expect(Math.exp(logEvidence([1e6], known))).toBeLessThan(100);
    expect(Math.exp(logEvidence([1e6, -0.5, 0.2], known))).toBeLessThan(20);
  });

  test("exceeds 20 in at most one of 20 experiments without an effect, however long one looks (Ville)", () => {
    const random = createRandom("ville");
    const experiments = 1500;
    let crossed = 0;
    for (let i = 0; i < experiments; i++) {
      const known = { squares: 2 * (random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2), degrees: 3 };
      const differences: number[] = [];
      for (let n = 0; n < 12; n++) {
        differences.push(Math.SQRT2 * random.normal());
        if (logEvidence(differences, known) < Math.log(20)) continue;
        crossed++;
        break;
      }
    }
    expect(crossed / experiments).toBeLessThanOrEqual(0.05);
    expect(crossed).toBeGreaterThan(0);
  });
});

describe("the noise", () => {
  test("is the spread between repeats of the baseline", () => {
    expect(spreadOf([1, 3])).toEqual({ squares: 2, degrees: 1 });
    expect(noiseOf(spreadOf([1, 2, 3]))).toBe(1);
    expect(spreadOf([5])).toEqual({ squares: 0, degrees: 0 });
    expect(Number.isNaN(noiseOf(UNKNOWN))).toBe(true);
  });

  test("of equal scores is none, whatever they are, and four runs show it", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.integer({ min: 2, max: 7 }), (score, runs) => {
        expect(spreadOf(Array<number>(runs).fill(score)).squares).toBe(0);
        expect(missingRuns(4, Array<number>(4).fill(score))).toBe(0);
      }),
    );
  });

  test("takes four runs, or up to seven when a single run carries the estimate", () => {
    expect(missingRuns(1, [1])).toBe(3);
    expect(missingRuns(4, [1, 1.1, 0.9, 1.05])).toBe(0);
    expect(missingRuns(4, [1, 1.01, 0.99, 9])).toBe(1);
    expect(missingRuns(6, [1, 1.01, 0.99, 9, 1, 1])).toBe(1);
    expect(missingRuns(7, [1, 1.01, 0.99, 9, 1, 1, 1])).toBe(0);
    expect(missingRuns(4, [1, 1, 1, 1])).toBe(0);
    expect(missingRuns(4, [1, 2])).toBe(1);
    expect(missingRuns(7, [])).toBe(0);
  });
});

describe("the levels of all contests", () => {
  const purses = ["clear", "close", "simpler"] as const;

  test("sum to alpha at most, whatever their number", () => {
    const alpha = 0.05;
    const total = purses
      .flatMap((purse) =>
        Array.from({ length: 20_000 }, (_, contests) => nextLevel(alpha, purse, { contests, refund: 0 })),
      )
      .reduce((sum, level) => sum + level, 0);
    expect(total).toBeLessThan(alpha);
    expect(total).toBeGreaterThan(0.98 * alpha);
  });

  test("that did not keep sum to alpha at most, whichever keeps pay back", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...purses), fc.boolean()), { maxLength: 200 }), (contests) => {
        const spent = { ...NOTHING_SPENT };
        let lost = 0;
        for (const [purse, isKept] of contests) {
          const level = nextLevel(0.05, purse, spent[purse]);
          spent[purse] = { contests: spent[purse].contests + 1, refund: isKept ? level : 0 };
          if (!isKept) lost += level;
        }
        expect(lost + purses.reduce((sum, purse) => sum + spent[purse].refund, 0)).toBeLessThanOrEqual(0.05);
      }),
    );
  });
});
