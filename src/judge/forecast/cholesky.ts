/** Inverse of a symmetric positive definite matrix, as the kernel of a Gaussian process is. Pure; O(n³). */

/** Rows of an n×n matrix, one after another; only the lower triangle is read. Null unless it is positive definite. */
export function inverseOf(matrix: Float64Array, n: number): Float64Array | null {
  const factor = choleskyOf(matrix, n);
  if (factor === null) return null;
  const root = inverseTriangle(factor, n);
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let total = 0;
      for (let k = i; k < n; k++) total += root[k * n + i]! * root[k * n + j]!;
      inverse[i * n + j] = inverse[j * n + i] = total;
    }
  }
  return inverse;
}

/** The lower triangle L with L·Lᵀ = matrix. */
function choleskyOf(matrix: Float64Array, n: number): Float64Array | null {
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) rest -= factor[i * n + k]! * factor[j * n + k]!;
      if (i === j && !(rest > 0)) return null;
      factor[i * n + j] = i === j ? Math.sqrt(rest) : rest / factor[j * n + j]!;
    }
  }
  return factor;
}

function inverseTriangle(factor: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let column = 0; column < n; column++) {
    inverse[column * n + column] = 1 / factor[column * n + column]!;
    for (let i = column + 1; i < n; i++) {
      let total = 0;
      for (let k = column; k < i; k++) total += factor[i * n + k]! * inverse[k * n + column]!;
      inverse[i * n + column] = -total / factor[i * n + i]!;
    }
  }
  return inverse;
}
