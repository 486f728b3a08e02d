import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { backward, cholesky, forward } from "../../../src/core/numerics/cholesky.ts";

describe("the Cholesky factor", () => {
  it("is the known one of a textbook matrix", () => {
    const factor = cholesky([[4], [12, 37], [-16, -43, 98]]);
    expect(factor.map((row) => [...row])).toEqual([[2], [6, 1], [-8, 5, 3]]);
  });

  it("solves A·x = b in two triangular systems", () => {
    const entries = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(entries, (numbers) => {
        // M·Mᵀ + I is positive definite whatever M is.
        const rows = [0, 1, 2].map((i) => numbers.slice(3 * i, 3 * i + 3));
        const a = rows.map((r, i) =>
          rows.map((q, j) => r.reduce((sum, x, k) => sum + x * (q[k] as number), i === j ? 1 : 0)),
        );
        const b = numbers.slice(9);
        const factor = cholesky(a.map((row, i) => row.slice(0, i + 1)));
        const x = backward(factor, forward(factor, b));
        a.forEach((row, i) =>
          expect(row.reduce((sum, v, j) => sum + v * (x[j] as number), 0)).toBeCloseTo(b[i] as number, 6),
        );
      }),
    );
  });
});
