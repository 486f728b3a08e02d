import fc from "fast-check";
import { expect, test } from "vitest";

import { comparedGain, comparisonOf, type GainScale, gainInUnits } from "../../src/core/metric.ts";

test.each([
  ["seconds", [1.2, 0.9], "ratio"],
  ["ns_per_op", [120], "ratio"],
  ["val_loss", [0.7], "difference"],
  ["seconds", [0.1, 0], "difference"],
  ["neg_throughput", [-310], "difference"],
])("compares %s of %j by %s", (name, scores, comparison) => {
  expect(comparisonOf(name, scores)).toBe(comparison);
});

const scale = fc.record({
  direction: fc.constantFrom("minimize", "maximize"),
  comparison: fc.constantFrom("difference", "ratio"),
  unit: fc.double({ min: 0.01, max: 1e4, noNaN: true }),
}) as fc.Arbitrary<GainScale>;
const score = fc.double({ min: 0.01, max: 1e4, noNaN: true });

test("a compared gain over the unit is, in the metric's unit, the gain over it", () => {
  fc.assert(
    fc.property(scale, score, (given, value) => {
      const { gain } = gainInUnits(given, comparedGain(given, value, given.unit));
      expect(gain).toBeCloseTo(given.direction === "minimize" ? given.unit - value : value - given.unit, 6);
    }),
  );
});

test("a slower machine changes no ratio, and a score of 0 is no infinite gain", () => {
  const times: GainScale = { direction: "minimize", comparison: "ratio", unit: 3 };
  fc.assert(
    fc.property(score, score, fc.double({ min: 0.1, max: 10, noNaN: true }), (a, b, factor) => {
      expect(comparedGain(times, a * factor, b * factor)).toBeCloseTo(comparedGain(times, a, b), 6);
    }),
  );
  expect(Number.isFinite(comparedGain(times, 0, 3))).toBe(true);
});
