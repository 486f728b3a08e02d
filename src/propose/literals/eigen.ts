/**
 * Eigendecomposition of a small symmetric matrix by cyclic Jacobi rotations (Golub & Van Loan, Matrix Computations, §8.5).
 */

/** Rows of numbers. */
export type Matrix = readonly (readonly number[])[];

export interface Eigen {
  readonly values: readonly number[];
  /** Orthonormal; column i belongs to `values[i]`: `vectors[row][i]`. */
  readonly vectors: Matrix;
}

const SWEEPS = 60;

/** Eigenvalues, unsorted, and eigenvectors of a symmetric n × n matrix, such that A = V·diag(values)·Vᵀ. */
export function eigenSymmetric(matrix: Matrix): Eigen {
  const n = matrix.length;
  const a = matrix.map((row) => [...row]);
  const v = matrix.map((_, i) => Array.from({ length: n }, (_x, j) => (i === j ? 1 : 0)));
  const size = a.reduce((sum, row) => sum + row.reduce((s, x) => s + x * x, 0), 0);
  for (let sweep = 0; sweep < SWEEPS && offDiagonal(a) > 1e-30 * size; sweep++) {
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, [p, q]);
  }
  return { values: a.map((row, i) => row[i] as number), vectors: v };
}

function offDiagonal(a: number[][]): number {
  return a.reduce((sum, row, i) => sum + row.reduce((s, x, j) => (i === j ? s : s + x * x), 0), 0);
}

/** Makes a[p][q] zero by a rotation in the plane of p and q. */
function rotate(a: number[][], v: number[][], [p, q]: readonly [number, number]): void {
  const [rowP, rowQ] = [a[p] as number[], a[q] as number[]];
  const apq = rowP[q] as number;
  if (apq === 0) return;
  const theta = ((rowQ[q] as number) - (rowP[p] as number)) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (const row of a) turn(row, [p, q], [c, s]);
  for (let k = 0; k < rowP.length; k++) {
    const [x, y] = [rowP[k] as number, rowQ[k] as number];
    rowP[k] = c * x - s * y;
    rowQ[k] = s * x + c * y;
  }
  for (const row of v) turn(row, [p, q], [c, s]);
}

function turn(row: number[], [p, q]: readonly [number, number], [c, s]: readonly [number, number]): void {
  const [x, y] = [row[p] as number, row[q] as number];
  row[p] = c * x - s * y;
  row[q] = s * x + c * y;
}
