import { describe, expect, it } from "vitest";

import { createRandom } from "../../../src/core/numerics/random.ts";
import type { Domain } from "../../../src/propose/literals/domain.ts";
import { gaussianProcess } from "../../../src/propose/literals/gaussian-process.ts";

const real: Domain = { kind: "number", scale: "linear", low: 0, high: 1, step: 0, sign: 1 };
const word: Domain = { kind: "choice", options: ["a", "b", "c"] };
const grid = Array.from({ length: 11 }, (_, i) => i / 10);

describe("the Gaussian process", () => {
  it("predicts a smooth function between its observations, and knows where it has seen nothing", () => {
    const seen = grid.filter((x) => x <= 0.6);
    const process = gaussianProcess({ domains: [real], points: seen.map((x) => [x]), values: seen.map((x) => x * x) });
    expect(process.predict([0.25]).mean).toBeCloseTo(0.0625, 2);
    expect(process.predict([1]).deviation).toBeGreaterThan(2 * process.predict([0.3]).deviation);
  });

  it("adds up what literals do on their own, so that it predicts a pair it has not seen", () => {
    const points = [...grid.map((x) => [x, 0.5]), ...grid.map((y) => [0.5, y])];
    const values = points.map(([x, y]) => 3 * (x as number) + 2 * (y as number));
    const { mean } = gaussianProcess({ domains: [real, real], points, values }).predict([0.1, 0.1]);
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.4);
  });

  it("does not take a lucky score at its word", () => {
    const random = createRandom(1);
    const xs = Array.from({ length: 40 }, (_, i) => i / 39);
    const lucky = 20;
    const values = xs.map((x, i) => x + 0.05 * random.normal() - (i === lucky ? 0.5 : 0));
    const { mean } = gaussianProcess({ domains: [real], points: xs.map((x) => [x]), values }).predict([xs[lucky]]);
    expect(mean).toBeGreaterThan((values[lucky] as number) + 0.3);
  });

  it("finds out which of many literals matters", () => {
    const random = createRandom(2);
    const domains = [real, real, real, real, real];
    const points = Array.from({ length: 50 }, () => domains.map(() => random.next()));
    const values = points.map((point) => Math.sin(4 * (point[2] as number)));
    expect(gaussianProcess({ domains, points, values }).relevance).toEqual([0.1, 0.1, 4, 0.1, 0.1]);
  });

  it("finds it among thousands that nothing has moved yet, all of which it takes alike", () => {
    const random = createRandom(3);
    const domains = Array.from({ length: 3000 }, () => real);
    const points = Array.from({ length: 40 }, () => domains.map((_, d) => (d < 3 ? random.next() : 0.5)));
    const values = points.map((point) => Math.sin(4 * (point[2] as number)));
    const { relevance } = gaussianProcess({ domains, points, values });
    expect(relevance.indexOf(Math.max(...relevance))).toBe(2);
    expect(new Set(relevance.slice(3)).size).toBe(1);
  });

  it("takes one observation, the same twice, and points without some of the literals", () => {
    expect(gaussianProcess({ domains: [real], points: [[0.5]], values: [7] }).predict([0.5]).mean).toBeCloseTo(7);
    const twice = gaussianProcess({
      domains: [real, word],
      points: [
        [0.5, 1],
        [0.5, 1],
        [undefined, 0],
      ],
      values: [1, 2, 3],
    });
    const { mean, deviation } = twice.predict([0.5, undefined]);
    expect(Number.isFinite(mean) && deviation > 0).toBe(true);
  });
});
