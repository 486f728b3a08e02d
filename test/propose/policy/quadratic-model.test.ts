import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createRandom } from "../../../src/core/numerics/random.ts";
import { quadraticMinimum } from "../../../src/propose/policy/quadratic-model.ts";

/** A tilted bowl with its minimum at `at`. */
const bowl =
  (at: readonly number[]) =>
  (x: readonly number[]): number => {
    const away = x.map((one, d) => one - at[d]!);
    return away.reduce((sum, one, d) => sum + (1 + d) * one ** 2 + 0.8 * one * (away[d + 1] ?? 0), 2);
  };

const scored = (f: (x: readonly number[]) => number, { count, dimensions }: { count: number; dimensions: number }) => {
  const random = createRandom("points");
  return Array.from({ length: count }, () => {
    const at = Array.from({ length: dimensions }, () => random.next());
    return { at, loss: f(at) };
  });
};

describe("the minimum of a quadratic model", () => {
  test("is that of a tilted bowl, wherever it lies, once there are enough points", () => {
    const place = fc.array(fc.double({ min: 0.2, max: 0.8, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(place, (at) => {
        const found = quadraticMinimum(scored(bowl(at), { count: 20, dimensions: 3 }), [0.5, 0.5, 0.5], {
          radius: 0.5,
        })!;
        found.forEach((x, d) => expect(x).toBeCloseTo(at[d]!, 2));
      }),
    );
  });

  test("improves on the best point with fewer points than a quadratic has numbers", () => {
    const f = bowl([0.3, 0.6, 0.5, 0.7, 0.4, 0.35]);
    const points = scored(f, { count: 24, dimensions: 6 });
    const best = points.reduce((a, b) => (b.loss < a.loss ? b : a));
    expect(f(quadraticMinimum(points, best.at, { radius: 0.2 })!)).toBeLessThan(best.loss);
  });

  test("stays within the radius and the domain, also where the model has no minimum", () => {
    const hill = scored((x) => -bowl([0.5, 0.5])(x), { count: 12, dimensions: 2 });
    const found = quadraticMinimum(hill, [0.95, 0.5], { radius: 0.1 })!;
    expect(found[0]).toBeGreaterThanOrEqual(0.85 - 1e-9);
    expect(found[0]).toBeLessThanOrEqual(1);
    expect(Math.abs(found[1]! - 0.5)).toBeCloseTo(0.1, 6);
  });

  test("is none of too few points, or of such as do not differ", () => {
    expect(quadraticMinimum(scored(bowl([0.5]), { count: 3, dimensions: 1 }), [0.5], { radius: 0.1 })).toBeUndefined();
    expect(
      quadraticMinimum(
        scored(() => 1, { count: 9, dimensions: 2 }),
        [0.5, 0.5],
        { radius: 0.1 },
      ),
    ).toBeUndefined();
  });
});
