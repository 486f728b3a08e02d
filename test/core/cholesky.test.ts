import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { inverseOf } from "../../src/core/cholesky.ts";
import { createRandom } from "../../src/core/random.ts";

describe("the inverse of a positive definite matrix", () => {
  test("is the known one", () => {
    const inverse = inverseOf([[4], [2, 3]])?.map((row) => [...row]);
    expect(inverse).toEqual([[0.375, -0.25].map(near), [-0.25, 0.5].map(near)]);
    expect(inverseOf([[1], [2, 1]])).toBeNull();
    expect(inverseOf([[Number.NaN]])).toBeNull();
  });

  test("times the matrix is the identity", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer(), (n, seed) => {
        const random = createRandom(seed);
        const root = Array.from({ length: n }, () => Array.from({ length: n }, () => random.normal()));
        const matrix = root.map((a, i) =>
          root.map((b, j) => a.reduce((total, x, k) => total + x * b[k]!, 0) + (i === j ? 1 : 0)),
        );
        const inverse = inverseOf(matrix)!;
        for (const [i, row] of matrix.entries()) {
          for (let j = 0; j < n; j++) {
            expect(row.reduce((total, x, k) => total + x * inverse[k]![j]!, 0)).toBeCloseTo(i === j ? 1 : 0, 6);
          }
        }
      }),
    );
  });
});

const near = (value: number): unknown => expect.closeTo(value, 12);
