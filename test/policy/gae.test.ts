import fc from "fast-check";
import { expect, test } from "vitest";

import { estimateAdvantages, normalized } from "../../src/policy/gae.ts";

const number = fc.double({ min: -10, max: 10, noNaN: true });

/** Equation 3 as it is written: every δ, then for every t a sum of its own. */
function directSum(rewards: number[], values: number[], options: { last: number; discount: number; lambda: number }) {
  const { last, discount, lambda } = options;
  const next = [...values.slice(1), last];
  const deltas = rewards.map((r, t) => r + discount * next[t]! - values[t]!);
  return deltas.map((_, t) => deltas.slice(t).reduce((sum, delta, l) => sum + (discount * lambda) ** l * delta, 0));
}

test("advantages are the direct sum of equation 3", () => {
  const steps = fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 30 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(steps, number, share, share, (pairs, last, discount, lambda) => {
      const [rewards, values] = [pairs.map(([r]) => r), pairs.map(([, v]) => v)];
      const { advantages, targets } = estimateAdvantages({ rewards, values, last }, { discount, lambda });
      const expected = directSum(rewards, values, { last, discount, lambda });
      expected.forEach((one, t) => {
        expect(advantages[t]).toBeCloseTo(one, 8);
        expect(targets[t]).toBeCloseTo(one + values[t]!, 8);
      });
    }),
  );
});

test("with λ = 1 the target is the discounted return, with λ = 0 one step and the critic", () => {
  const path = { rewards: [1, 2, 4], values: [10, 20, 30], last: 8 };
  expect(estimateAdvantages(path, { discount: 0.5, lambda: 1 }).targets).toEqual([4, 6, 8]);
  expect(estimateAdvantages(path, { discount: 0.5, lambda: 0 }).targets).toEqual([11, 17, 8]);
});

test("normalised advantages have mean 0 and deviation 1, and are 0 where they do not differ", () => {
  expect(normalized([1, 3])).toEqual([-1, 1]);
  expect(normalized([7, 7, 7])).toEqual([0, 0, 0]);
});
