import { describe, expect, it } from "vitest";

import { createRandom } from "../../../src/core/numerics/random.ts";
import type { Domain } from "../../../src/propose/literals/domain.ts";
import { normalCdf, parzen } from "../../../src/propose/literals/parzen.ts";

const real: Domain = { kind: "number", scale: "linear", low: 0, high: 1, step: 0, sign: 1 };
const word: Domain = { kind: "choice", options: ["a", "b", "c"] };

/** ∫ over [0, 1] by the midpoint rule. */
const integral = (f: (x: number) => number, n = 2000): number =>
  Array.from({ length: n }, (_, i) => f((i + 0.5) / n)).reduce((sum, y) => sum + y, 0) / n;

describe("parzen", () => {
  it("is a density: it integrates to 1 over numbers and sums to 1 over choices", () => {
    const density = parzen(
      [real, word],
      [
        [0.1, 0],
        [0.15, 0],
        [0.9, 2],
        [undefined, 1],
      ],
    );
    const total = [0, 1, 2].reduce(
      (sum, option) => sum + integral((x) => Math.exp(density.logDensity([x, option]))),
      0,
    );
    expect(total).toBeCloseTo(1, 4);
  });

  it("is the prior without points, and ignores literals that a program lacks", () => {
    const density = parzen([real, word], []);
    expect(density.logDensity([undefined, 1])).toBeCloseTo(Math.log(1 / 3), 12);
    expect(density.logDensity([undefined, undefined])).toBeCloseTo(0, 12);
  });

  it("is high where the points are, and gives every value a chance", () => {
    const density = parzen([real], [[0.2], [0.22], [0.25], [0.21]]);
    expect(density.logDensity([0.22])).toBeGreaterThan(density.logDensity([0.8]) + 1);
    expect(density.logDensity([1])).toBeGreaterThan(-10);
  });

  it("keeps together what goes together", () => {
    const density = parzen(
      [real, word],
      [
        [0.1, 0],
        [0.12, 0],
        [0.9, 2],
        [0.88, 2],
      ],
    );
    expect(density.logDensity([0.1, 0])).toBeGreaterThan(density.logDensity([0.1, 2]) + 0.5);
  });

  it("draws samples that follow its own density", () => {
    const density = parzen([real], [[0.3], [0.35], [0.32]]);
    const random = createRandom(5);
    const samples = Array.from({ length: 4000 }, () => density.sample(random)[0] as number);
    expect(samples.every((x) => x >= 0 && x <= 1)).toBe(true);
    const below = samples.filter((x) => x < 0.4).length / samples.length;
    expect(below).toBeCloseTo(0.4 * integral((x) => Math.exp(density.logDensity([0.4 * x]))), 1);
  });

  it("knows the normal distribution", () => {
    expect(normalCdf(0)).toBeCloseTo(0.5, 7);
    expect(normalCdf(1.959964)).toBeCloseTo(0.975, 6);
    expect(normalCdf(-3)).toBeCloseTo(0.0013499, 6);
  });
});
