import { describe, expect, it } from "vitest";

import { createRandom } from "../../../src/core/numerics/random.ts";
import {
  constantsOf,
  defaultPopulation,
  type Distribution,
  roundDistribution,
  shaper,
  updated,
} from "../../../src/propose/literals/covariance.ts";
import { eigenSymmetric } from "../../../src/propose/literals/eigen.ts";

describe("eigenSymmetric", () => {
  it("finds the eigenvalues of a known matrix", () => {
    const { values } = eigenSymmetric([
      [2, 1, 0],
      [1, 2, 1],
      [0, 1, 2],
    ]);
    const sorted = values.toSorted((a, b) => a - b);
    [2 - Math.SQRT2, 2, 2 + Math.SQRT2].forEach((value, i) => expect(sorted[i]).toBeCloseTo(value, 12));
  });

  it("takes random symmetric matrices apart and puts them together again", () => {
    const random = createRandom(1);
    for (let n = 1; n <= 20; n++) {
      const half = Array.from({ length: n }, () => Array.from({ length: n }, () => random.normal()));
      const matrix = half.map((row, i) => row.map((x, j) => x + (half[j]?.[i] ?? 0)));
      const { values, vectors } = eigenSymmetric(matrix);
      matrix.forEach((row, i) =>
        row.forEach((x, j) => {
          const again = values.reduce(
            (sum, value, k) => sum + value * (vectors[i]?.[k] ?? 0) * (vectors[j]?.[k] ?? 0),
            0,
          );
          expect(again).toBeCloseTo(x, 9);
        }),
      );
    }
  });
});

describe("constantsOf", () => {
  it("gives table 1 of the tutorial for ten dimensions", () => {
    expect(defaultPopulation(10)).toBe(10);
    const { weights, effective, pathRate, rankOneRate, rankMuRate, stepSizeRate, damping } = constantsOf(10);
    // By hand: w_i ∝ ln(5.5) − ln(i), i = 1 … 5.
    [0.45627, 0.27075, 0.16223, 0.08523, 0.02551].forEach((w, i) => expect(weights[i]).toBeCloseTo(w, 4));
    expect(weights.slice(0, 5).reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
    // The negative half, i = 6 … 10: −0.08701, −0.24116, −0.37469, −0.49247, −0.59784, scaled to α_μ⁻ = 1 + c_1/c_μ = 1.64895.
    [-0.08001, -0.22175, -0.34455, -0.45285, -0.54974].forEach((w, i) => expect(weights[5 + i]).toBeCloseTo(w, 3));
    expect(effective).toBeCloseTo(3.1673, 3);
    expect(stepSizeRate).toBeCloseTo((3.1673 + 2) / (10 + 3.1673 + 5), 4);
    expect(pathRate).toBeCloseTo((4 + 0.31673) / (14 + 0.63346), 4);
    expect(rankOneRate).toBeCloseTo(2 / (11.3 ** 2 + 3.1673), 5);
    expect(rankMuRate).toBeCloseTo((2 * (0.25 + 3.1673 + 1 / 3.1673 - 2)) / (144 + 3.1673), 4);
    expect(damping).toBeCloseTo(1 + stepSizeRate, 12);
  });
});

describe("updated", () => {
  it("makes one generation's update as computed by hand", () => {
    const constants = { ...constantsOf(2, 4), weights: [0.75, 0.25] };
    const steps = [
      [1, 0],
      [0, 2],
      [9, 9],
      [9, 9],
    ];
    const next = updated(roundDistribution([0.5, 0.5], 0.1), steps, constants);
    const {
      effective: m,
      stepSizeRate: cs,
      rankOneRate: c1,
      rankMuRate: cm,
      pathRate: cc,
      damping,
      normalLength,
    } = constants;
    // Weighted step (0.75, 0.5); with C = I, p_σ = √(c_σ(2 − c_σ)μ_eff)·step.
    const ps = [0.75, 0.5].map((y) => Math.sqrt(cs * (2 - cs) * m) * y);
    const pc = [0.75, 0.5].map((y) => Math.sqrt(cc * (2 - cc) * m) * y);
    const length = Math.hypot(...ps);
    expect(length / Math.sqrt(1 - (1 - cs) ** 2)).toBeLessThan((1.4 + 2 / 3) * normalLength);
    expect(next.mean).toEqual([0.5 + 0.1 * 0.75, 0.5 + 0.1 * 0.5]);
    expect(next.stepSize).toBeCloseTo(0.1 * Math.exp((cs / damping) * (length / normalLength - 1)), 14);
    const expected = [
      [1 - c1 - cm + c1 * pc[0]! ** 2 + cm * 0.75, c1 * pc[0]! * pc[1]!],
      [c1 * pc[0]! * pc[1]!, 1 - c1 - cm + c1 * pc[1]! ** 2 + cm * 0.25 * 4],
    ];
    expected.forEach((row, i) => row.forEach((x, j) => expect(next.covariance[i]?.[j]).toBeCloseTo(x, 14)));
    expect(next.generation).toBe(1);
  });

  it("takes variance from the directions of bad steps, as if those were of average length", () => {
    const constants = { ...constantsOf(2, 4), weights: [1, 0, -0.2, -0.4] };
    const steps = [
      [1, 0],
      [3, 3],
      [0, 5],
      [0, -0.1],
    ];
    const { covariance } = updated(roundDistribution([0.5, 0.5], 0.1), steps, constants);
    const { effective: m, rankOneRate: c1, rankMuRate: cm, pathRate: cc } = constants;
    const keep = 1 - c1 - cm * 0.4;
    // With C = I a bad step y counts as y·√n / ‖y‖, so both of them as (0, √2).
    expect(covariance[0]?.[0]).toBeCloseTo(keep + c1 * cc * (2 - cc) * m + cm, 14);
    expect(covariance[1]?.[1]).toBeCloseTo(keep - cm * (0.2 + 0.4) * 2, 14);
    expect(covariance[0]?.[1]).toBeCloseTo(0, 14);
  });

  it("gives the negative weights to the last, when more points finished than a generation has", () => {
    const constants = constantsOf(2, 4);
    const [a, b, c, d] = [
      [1, 0],
      [0.5, 0.5],
      [0, 1],
      [-1, 0],
    ] as const;
    const start = roundDistribution([0.5, 0.5], 0.1);
    const zero = [0, 0];
    expect(updated(start, [a, b, zero, zero, c, d], constants)).toEqual(updated(start, [a, b, c, d], constants));
  });

  it("keeps the covariance positive definite whatever the order of the steps", () => {
    for (const n of [2, 3, 8]) {
      const random = createRandom(`definite/${n}`);
      const constants = constantsOf(n);
      let now = roundDistribution(
        Array.from({ length: n }, () => 0.5),
        0.1,
      );
      for (let g = 0; g < 200; g++) {
        const shape = shaper(now.covariance);
        const steps = Array.from({ length: constants.population }, () => shape(now.mean.map(() => random.normal())));
        // The longest first, then the shortest first: as unlike a smooth function as can be.
        now = updated(
          now,
          steps.toSorted((x, y) => (g % 2 === 0 ? -1 : 1) * (Math.hypot(...x) - Math.hypot(...y))),
          constants,
        );
        expect(Math.min(...eigenSymmetric(now.covariance).values)).toBeGreaterThan(0);
      }
    }
  });

  const minimize = (f: (x: readonly number[]) => number, start: Distribution, generations: number): number => {
    const random = createRandom("minimize");
    const constants = constantsOf(start.mean.length);
    let now = start;
    let best = Infinity;
    for (let g = 0; g < generations; g++) {
      const shape = shaper(now.covariance);
      const steps = Array.from({ length: constants.population }, () => shape(now.mean.map(() => random.normal())));
      const points = steps.map((step) => ({
        step,
        value: f(step.map((y, d) => (now.mean[d] as number) + now.stepSize * y)),
      }));
      const ranked = points.toSorted((a, b) => a.value - b.value);
      best = Math.min(best, ranked[0]?.value ?? Infinity);
      now = updated(
        now,
        ranked.map(({ step }) => step),
        constants,
      );
    }
    return best;
  };

  it("minimises the sphere, an ill-conditioned ellipsoid and Rosenbrock's function to machine precision", () => {
    const sphere = (x: readonly number[]) => x.reduce((sum, v) => sum + v * v, 0);
    const ellipsoid = (x: readonly number[]) =>
      x.reduce((sum, v, i) => sum + 10 ** ((6 * i) / (x.length - 1)) * v * v, 0);
    const rosenbrock = (x: readonly number[]) =>
      x.slice(1).reduce((sum, v, i) => sum + 100 * (v - (x[i] as number) ** 2) ** 2 + (1 - (x[i] as number)) ** 2, 0);
    expect(minimize(sphere, roundDistribution([1, 1, 1, 1, 1], 0.5), 250)).toBeLessThan(1e-14);
    expect(minimize(ellipsoid, roundDistribution([1, 1, 1, 1, 1], 0.5), 500)).toBeLessThan(1e-14);
    expect(minimize(rosenbrock, roundDistribution([0, 0, 0, 0, 0], 0.5), 600)).toBeLessThan(1e-14);
  });
});
