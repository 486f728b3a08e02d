/**
 * Cholesky factors of symmetric positive definite matrices, and the triangular systems that they solve. Pure.
 */

/** L of A = L·Lᵀ, row by row; `lower` is A's lower triangle. A pivot that rounding made negative counts as almost 0. */
export function cholesky(lower: readonly (readonly number[])[]): readonly Float64Array[] {
  const out: Float64Array[] = [];
  for (const [i, row] of lower.entries()) {
    const line = new Float64Array(i + 1);
    for (let j = 0; j <= i; j++) {
      const other = j === i ? line : (out[j] as Float64Array);
      let rest = row[j] as number;
      for (let k = 0; k < j; k++) rest -= (line[k] as number) * (other[k] as number);
      line[j] = j === i ? Math.sqrt(Math.max(rest, 1e-10)) : rest / (other[j] as number);
    }
    out.push(line);
  }
  return out;
}

/** z of L·z = b. */
export function forward(factor: readonly Float64Array[], b: ArrayLike<number>): Float64Array {
  const z = new Float64Array(factor.length);
  for (let i = 0; i < z.length; i++) {
    const row = factor[i] as Float64Array;
    let rest = b[i] as number;
    for (let k = 0; k < i; k++) rest -= (row[k] as number) * (z[k] as number);
    z[i] = rest / (row[i] as number);
  }
  return z;
}

/** x of Lᵀ·x = b. */
export function backward(factor: readonly Float64Array[], b: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(b);
  for (let i = x.length - 1; i >= 0; i--) {
    const row = factor[i] as Float64Array;
    const value = (x[i] as number) / (row[i] as number);
    x[i] = value;
    for (let k = 0; k < i; k++) x[k] = (x[k] as number) - (row[k] as number) * value;
  }
  return x;
}
