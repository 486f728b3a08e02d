/** Cholesky factors of symmetric positive definite matrices, the triangular systems that they solve, and inverses. Pure; O(n³). */

/** L of A = L·Lᵀ, row by row; `lower` is A's lower triangle. A pivot that rounding made negative counts as almost 0. */
export const cholesky = (lower: readonly ArrayLike<number>[]): readonly Float64Array[] =>
  factorOf(lower, (pivot) => Math.max(pivot, 1e-10)) as readonly Float64Array[];

/** Of a matrix given by its lower triangle, row by row. Null unless it is positive definite. */
export function inverseOf(lower: readonly ArrayLike<number>[]): readonly Float64Array[] | null {
  const factor = factorOf(lower, (pivot) => (pivot > 0 ? pivot : null));
  if (factor === null) return null;
  const n = factor.length;
  const root = inverseTriangle(factor);
  const inverse = Array.from({ length: n }, () => new Float64Array(n));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let total = 0;
      for (let k = i; k < n; k++) total += root[k]![i]! * root[k]![j]!;
      inverse[i]![j] = inverse[j]![i] = total;
    }
  }
  return inverse;
}

/** `pivot` may mend a pivot, or refuse the matrix with null. */
function factorOf(
  lower: readonly ArrayLike<number>[],
  pivot: (value: number) => number | null,
): readonly Float64Array[] | null {
  const factor: Float64Array[] = [];
  for (const [i, row] of lower.entries()) {
    const line = new Float64Array(i + 1);
    for (let j = 0; j <= i; j++) {
      const other = j === i ? line : factor[j]!;
      let rest = row[j]!;
      for (let k = 0; k < j; k++) rest -= line[k]! * other[k]!;
      if (j < i) {
        line[j] = rest / other[j]!;
        continue;
      }
      const mended = pivot(rest);
      if (mended === null) return null;
      line[j] = Math.sqrt(mended);
    }
    factor.push(line);
  }
  return factor;
}

function inverseTriangle(factor: readonly Float64Array[]): readonly Float64Array[] {
  const inverse = factor.map((_, i) => new Float64Array(i + 1));
  for (let column = 0; column < factor.length; column++) {
    inverse[column]![column] = 1 / factor[column]![column]!;
    for (let i = column + 1; i < factor.length; i++) {
      let total = 0;
      for (let k = column; k < i; k++) total += factor[i]![k]! * inverse[k]![column]!;
      inverse[i]![column] = -total / factor[i]![i]!;
    }
  }
  return inverse;
}

/** z of L·z = b. */
export function forward(factor: readonly Float64Array[], b: ArrayLike<number>): Float64Array {
  const z = new Float64Array(factor.length);
  for (let i = 0; i < z.length; i++) {
    const row = factor[i]!;
    let rest = b[i]!;
    for (let k = 0; k < i; k++) rest -= row[k]! * z[k]!;
    z[i] = rest / row[i]!;
  }
  return z;
}

/** x of Lᵀ·x = b. */
export function backward(factor: readonly Float64Array[], b: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(b);
  for (let i = x.length - 1; i >= 0; i--) {
    const row = factor[i]!;
    const value = x[i]! / row[i]!;
    x[i] = value;
    for (let k = 0; k < i; k++) x[k] = x[k]! - row[k]! * value;
  }
  return x;
}
