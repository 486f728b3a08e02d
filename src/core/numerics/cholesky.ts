/** Cholesky factors of symmetric positive definite matrices, and the triangular systems that they solve. Pure; O(n³). */

/** L of A = L·Lᵀ, row by row; `lower` is A's lower triangle. A pivot that rounding made negative counts as almost 0. */
export function cholesky(lower: readonly ArrayLike<number>[]): readonly Float64Array[] {
  const factor: Float64Array[] = [];
  for (const [i, row] of lower.entries()) {
    const line = new Float64Array(i + 1);
    for (let j = 0; j <= i; j++) {
      const other = j === i ? line : factor[j]!;
      let rest = row[j]!;
      for (let k = 0; k < j; k++) rest -= line[k]! * other[k]!;
      line[j] = j < i ? rest / other[j]! : Math.sqrt(Math.max(rest, 1e-10));
    }
    factor.push(line);
  }
  return factor;
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
