import { describe, expect, test } from "vitest";

import { createRandom } from "../../../src/core/random.ts";
import { type Sibling, siblingForecast } from "../../../src/judge/forecast/siblings.ts";

const CHECKS = 10;
const NOW = 7;

/** Two recipes that show the same losses at check 7: one falls early and stays, the other falls at the very end. */
function recipe(isLate: boolean, quality: number, noise: () => number): Sibling {
  const early = isLate ? 8 : 4;
  const levels = Array.from({ length: CHECKS }, (_, i) => {
    const share = Math.min(1, (i + 1) / NOW);
    return early + (5 - early) * share + quality + 0.02 * noise();
  });
  return { levels, final: (isLate ? 2 : 4.8) + quality };
}

function family(count: number, seed: string): Sibling[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, i) => recipe(i % 2 === 0, 0.1 * random.normal(), () => random.normal()));
}

describe("the forecast from siblings", () => {
  const siblings = family(30, "siblings");
  const forecast = siblingForecast(siblings, NOW)!;

  test("tells recipes apart that show the same loss now, by what they showed before", () => {
    for (const { levels, final } of family(20, "live")) {
      expect(Math.abs(forecast.forecast(levels.slice(0, NOW)) - final)).toBeLessThan(0.4);
    }
  });

  test("foresees the end of each sibling from the others", () => {
    siblings.forEach(({ final }, i) => expect(Math.abs(forecast.leaveOneOut[i]! - final)).toBeLessThan(0.4));
  });

  test("a sibling's own final hardly moves what the others forecast for it", () => {
    const wild = siblings.map((one, i) => (i === 3 ? { ...one, final: one.final + 1 } : one));
    expect(Math.abs(siblingForecast(wild, NOW)!.leaveOneOut[3]! - forecast.leaveOneOut[3]!)).toBeLessThan(0.2);
  });

  test("follows the unit and the offset of losses and of scores", () => {
    const scaled = siblings.map(({ levels, final }) => ({ levels: levels.map((v) => 1e3 * v - 7), final: -3 * final }));
    const other = siblingForecast(scaled, NOW)!;
    const { levels } = siblings[0]!;
    expect(other.forecast(levels.map((v) => 1e3 * v - 7))).toBeCloseTo(-3 * forecast.forecast(levels), 6);
  });

  test("says nothing without five siblings, or without a loss now", () => {
    expect(siblingForecast(siblings.slice(0, 4), NOW)).toBeNull();
    expect(siblingForecast(siblings, CHECKS + 1)).toBeNull();
    expect(forecast.forecast([1, 2])).toBeNaN();
    expect(forecast.forecast(siblings[0]!.levels.with(NOW - 1, Number.NaN))).toBeNaN();
    const silent = siblingForecast([...siblings, { levels: [1], final: 9 }], NOW)!;
    expect(silent.leaveOneOut.at(-1)).toBeNaN();
    expect(silent.leaveOneOut.slice(0, -1)).toEqual(forecast.leaveOneOut);
  });

  test("holds out when curves have holes, are equal, or have exploded", () => {
    const odd = siblings.map(({ levels, final }, i) => ({
      levels: levels.map((v, j) => (i === j ? Number.NaN : i === 2 ? 1e300 : v)),
      final,
    }));
    expect(Number.isFinite(siblingForecast(odd, NOW)!.forecast(siblings[5]!.levels))).toBe(true);
    const equal = Array.from({ length: 8 }, () => ({ levels: siblings[0]!.levels, final: 3 }));
    expect(siblingForecast(equal, NOW)!.forecast(siblings[0]!.levels)).toBeCloseTo(3, 9);
  });
});
