import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { normalCdf, normalQuantile, studentCdf, studentQuantile } from "../../../src/core/numerics/distributions.ts";
import {
  mean,
  meanInterval,
  median,
  quantile,
  standardDeviation,
  sum,
  variance,
  wilsonInterval,
} from "../../../src/core/numerics/stats.ts";
import { tokenCount, tokensOf } from "../../../src/core/token-count.ts";

describe("distributions", () => {
  // Reference values to 15 digits (Wichura 1988; NIST tables; mpmath).
  test.each([
    [0, 0.5],
    [1, 0.841344746068543],
    [1.96, 0.97500210485178],
    [-3, 0.00134989803163009],
    [-6, 9.86587645037698e-10],
    [-2.4, 0.00819753592459613],
    [-8, 6.22096057427178e-16],
    [-20, 2.75362411860623e-89],
    [40, 1],
    [-40, 0],
  ])("the normal distribution at %d is %d", (x, p) => {
    expect(Math.abs(normalCdf(x) - p)).toBeLessThanOrEqual(2e-13 * p);
  });

  test.each([
    [0.975, 1.95996398454005],
    [0.5, 0],
    [0.001, -3.09023230616781],
    [1e-10, -6.36134090240406],
  ])("the normal quantile of %d is %d", (p, x) => expect(normalQuantile(p)).toBeCloseTo(x, 12));

  test.each([
    [0.975, 4, 2.77644510519779],
    [0.975, 1, 12.7062047361747],
    [0.95, 10, 1.81246112281168],
    [0.995, 30, 2.74999565356723],
  ])("Student's quantile of %d with %d degrees is %d", (p, degrees, t) =>
    expect(studentQuantile(p, degrees)).toBeCloseTo(t, 10),
  );

  test("Student's distribution with one degree is Cauchy's, with many it is normal", () => {
    expect(studentCdf(2, 1)).toBeCloseTo(0.5 + Math.atan(2) / Math.PI, 14);
    expect(studentCdf(1.5, 1e5)).toBeCloseTo(normalCdf(1.5), 5);
  });

  test("quantiles invert, and are infinite or undefined at the edges", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (p) => {
        expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 13);
      }),
    );
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(normalQuantile(1.1)).toBeNaN();
    expect(normalCdf(Number.NaN)).toBeNaN();
  });
});

describe("samples", () => {
  test("have the textbook's mean, variance and quantiles", () => {
    const sample = [2, 4, 4, 4, 5, 5, 7, 9];
    expect([mean(sample), variance(sample), median(sample)]).toEqual([5, 32 / 7, 4.5]);
    expect(standardDeviation(sample)).toBe(Math.sqrt(32 / 7));
    expect([0, 0.25, 0.5, 1].map((p) => quantile([1, 2, 3, 4], p))).toEqual([1, 1.75, 2.5, 4]);
  });

  test("of no values have no statistics", () => {
    expect([mean([]), median([]), variance([1])].every(Number.isNaN)).toBe(true);
  });

  test("sum exactly although large and small values mix", () => {
    expect(sum([1e16, ...Array.from({ length: 10 }, () => 1)])).toBe(1e16 + 10);
    expect(variance([1e9 + 1, 1e9 + 2, 1e9 + 3])).toBe(1);
  });

  test("quantiles stay inside the sample, infinities included", () => {
    expect(quantile([-Number.MAX_VALUE, Number.MAX_VALUE], 0.5)).toBe(0);
    expect(median([1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])).toBe(Number.POSITIVE_INFINITY);
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (sample, p) => {
          const q = quantile(sample, p);
          expect(q >= Math.min(...sample) && q <= Math.max(...sample)).toBe(true);
        },
      ),
    );
  });
});

describe("intervals", () => {
  test("Student's interval of five values is the textbook's", () => {
    const { low, high } = meanInterval([1, 2, 3, 4, 5]);
    expect(low).toBeCloseTo(3 - 2.7764451051977987 * Math.sqrt(0.5), 12);
    expect(high).toBeCloseTo(3 + 2.7764451051977987 * Math.sqrt(0.5), 12);
    expect(meanInterval([1])).toEqual({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
  });

  test("Wilson's interval is the textbook's and stays inside [0, 1]", () => {
    const { low, high } = wilsonInterval(8, 10);
    expect(low).toBeCloseTo(0.490162, 5);
    expect(high).toBeCloseTo(0.943318, 5);
    expect(wilsonInterval(0, 10).low).toBe(0);
    expect(wilsonInterval(10, 10).high).toBe(1);
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });
});

describe("the size of a program", () => {
  test("counts tokens, not layout or the length of names", () => {
    expect(tokensOf("learningRate *= 0.5;")).toEqual(["learningRate", "*", "=", "0", ".", "5", ";"]);
    expect(tokenCount({ "a.ts": "f(x)", "b.ts": "  f (\n x )\n" })).toBe(8);
    expect(tokenCount({})).toBe(0);
  });
});
