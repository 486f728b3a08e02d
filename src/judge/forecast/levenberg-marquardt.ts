/**
 * Nonlinear least squares under lower bounds: Levenberg–Marquardt with Marquardt's scaling and projection onto the
 * bounds. Parameters that the bound holds back are left out of a step. For few parameters (normal equations). Pure.
 */

export interface Problem {
  /** Where to start; inside the bounds. */
  readonly start: readonly number[];
  /** Least value of each parameter. */
  readonly lower: readonly number[];
  /** Residuals at `p`. */
  readonly residuals: (p: readonly number[]) => number[];
  /** One row per residual, one column per parameter: ∂r/∂p. */
  readonly jacobian: (p: readonly number[]) => number[][];
}

export interface Solution {
  readonly parameters: readonly number[];
  /** Half the sum of squared residuals. */
  readonly cost: number;
  /** (JᵀJ)⁻¹ at the solution; rows and columns of parameters at a bound, or without influence, are zero. */
  readonly covariance: readonly (readonly number[])[];
}

const MOST_STEPS = 50;
const TOLERANCE = 1e-8;

export function leastSquares(problem: Problem): Solution {
  let p = [...problem.start];
  let cost = halfSquares(problem.residuals(p));
  let damping = 1e-3;
  let { matrix, gradient } = normalEquations(problem, p);
  for (let step = 0; step < MOST_STEPS && damping < 1e12; step++) {
    const free = p.map((value, i) => value > (problem.lower[i] as number) || (gradient[i] as number) < 0);
    const move = solve(
      damped(matrix, damping),
      gradient.map((g) => -g),
      free,
    );
    const next = p.map((value, i) => Math.max(problem.lower[i] as number, value + (move?.[i] ?? 0)));
    const better = halfSquares(problem.residuals(next));
    if (!(better < cost)) {
      damping *= 4;
      continue;
    }
    const improved = cost - better;
    [p, cost, damping] = [next, better, damping / 6];
    if (improved <= TOLERANCE * cost) break;
    ({ matrix, gradient } = normalEquations(problem, p));
  }
  return { parameters: p, cost, covariance: covarianceAt(problem, p) };
}

function covarianceAt(problem: Problem, p: readonly number[]): number[][] {
  const { matrix } = normalEquations(problem, p);
  const free = p.map((value, i) => value > (problem.lower[i] as number) && (matrix[i]?.[i] as number) > 0);
  return p.map(
    (_, i) =>
      solve(
        matrix,
        p.map((__, j) => (i === j ? 1 : 0)),
        free.map((isFree) => isFree && (free[i] as boolean)),
      ) ?? p.map(() => 0),
  );
}

const halfSquares = (residuals: readonly number[]): number => residuals.reduce((total, r) => total + (r * r) / 2, 0);

function normalEquations(problem: Problem, p: readonly number[]): { matrix: number[][]; gradient: number[] } {
  const residuals = problem.residuals(p);
  const matrix = p.map(() => p.map(() => 0));
  const gradient = p.map(() => 0);
  problem.jacobian(p).forEach((row, r) => {
    for (let i = 0; i < p.length; i++) {
      gradient[i]! += row[i]! * residuals[r]!;
      for (let j = 0; j < p.length; j++) matrix[i]![j]! += row[i]! * row[j]!;
    }
  });
  return { matrix, gradient };
}

const damped = (matrix: readonly number[][], damping: number): number[][] =>
  matrix.map((row, i) => row.map((value, j) => (i === j ? value * (1 + damping) + Number.MIN_VALUE : value)));

/** Gaussian elimination over the free unknowns, the others being 0; null when they are not determined. */
function solve(
  matrix: readonly (readonly number[])[],
  right: readonly number[],
  free: readonly boolean[],
): number[] | null {
  const index = free.flatMap((isFree, i) => (isFree ? [i] : []));
  const rows = index.map((i) => [...index.map((j) => matrix[i]![j]!), right[i]!]);
  for (let k = 0; k < rows.length; k++) {
    const pivot = rows
      .slice(k)
      .reduce((best, row, i) => (Math.abs(row[k]!) > Math.abs(rows[best]![k]!) ? i + k : best), k);
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    if (!(Math.abs(rows[k]![k]!) > 1e-300)) return null;
    for (const row of rows.slice(k + 1)) {
      const factor = row[k]! / rows[k]![k]!;
      for (let j = k; j < row.length; j++) row[j]! -= factor * rows[k]![j]!;
    }
  }
  const solution = free.map(() => 0);
  for (let k = rows.length - 1; k >= 0; k--) {
    const known = index.slice(k + 1).reduce((total, i, j) => total + rows[k]![k + 1 + j]! * solution[i]!, 0);
    solution[index[k]!] = (rows[k]!.at(-1)! - known) / rows[k]![k]!;
  }
  return solution.every(Number.isFinite) ? solution : null;
}
