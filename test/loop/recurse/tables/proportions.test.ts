/** The statistics of Table 2 against answers that are known: the paper's own intervals, and z worked out by hand. */
import { describe, expect, it } from "vitest";

import { wilsonInterval } from "../../../../src/core/numerics/stats.ts";
import { proportionTest } from "../../../../src/loop/recurse/tables/proportions.ts";

/** Successes of 10,000 and the interval that Table 2 prints, in per cent. */
const TABLE_2 = [
  [42, 0.31, 0.57],
  [46, 0.35, 0.61],
  [12, 0.07, 0.21],
  [17, 0.11, 0.27],
] as const;

describe("a share", () => {
  it.each(TABLE_2)("of %i in 10,000 has the Wilson interval that the paper prints", (successes, low, high) => {
    const interval = wilsonInterval(successes, 10_000);
    expect(100 * interval.low).toBeCloseTo(low, 2);
    expect(100 * interval.high).toBeCloseTo(high, 2);
  });
});

describe("two shares", () => {
  it("that Table 2 compares do not differ at the level of 0.05", () => {
    // Pooled 0.0044; standard error sqrt(0.0044 · 0.9956 · 2 / 10,000) = 0.000936; −0.0004 / 0.000936.
    const test = proportionTest({ successes: 42, trials: 10_000 }, { successes: 46, trials: 10_000 });
    expect(test.z).toBeCloseTo(-0.4274, 3);
    expect(test.p).toBeCloseTo(0.669, 3);
    expect(proportionTest({ successes: 12, trials: 10_000 }, { successes: 17, trials: 10_000 }).p).toBeGreaterThan(
      0.05,
    );
  });

  it("of 40 in 100 and 20 in 100 differ by three standard errors", () => {
    // Pooled 0.3; standard error sqrt(0.3 · 0.7 · 0.02) = 0.0648; 0.2 / 0.0648.
    const test = proportionTest({ successes: 40, trials: 100 }, { successes: 20, trials: 100 });
    expect(test.z).toBeCloseTo(3.0861, 4);
    expect(test.p).toBeCloseTo(0.002028, 5);
  });

  it("with nothing to tell apart give z = 0 and p = 1", () => {
    const nothing = { z: 0, p: 1 };
    expect(proportionTest({ successes: 0, trials: 50 }, { successes: 0, trials: 40 })).toEqual(nothing);
    expect(proportionTest({ successes: 50, trials: 50 }, { successes: 40, trials: 40 })).toEqual(nothing);
    expect(proportionTest({ successes: 0, trials: 0 }, { successes: 3, trials: 40 })).toEqual(nothing);
  });
});
