/**
 * The mathematics of CMA-ES: weights, constants and one generation's update of mean, step size, covariance and paths
 * (Hansen, The CMA Evolution Strategy: A Tutorial, arXiv 1604.00772; equation numbers are the tutorial's). Pure.
 */
import { eigenSymmetric, type Matrix } from "./eigen.ts";

/** The search distribution N(mean, stepSize² · covariance) and its evolution paths. */
export interface Distribution {
  readonly mean: readonly number[];
  readonly stepSize: number;
  readonly covariance: Matrix;
  /** p_c. */
  readonly covariancePath: readonly number[];
  /** p_σ. */
  readonly stepSizePath: readonly number[];
  /** Updates so far. */
  readonly generation: number;
}

export interface Constants {
  /** λ: points per generation. */
  readonly population: number;
  /** Of the best ⌊λ/2⌋ points, positive, sum 1 (eq. 49–53 without the negative half). */
  readonly weights: readonly number[];
  /** μ_eff. */
  readonly effective: number;
  readonly pathRate: number;
  readonly rankOneRate: number;
  readonly rankMuRate: number;
  readonly stepSizeRate: number;
  readonly damping: number;
  /** E‖N(0, I)‖. */
  readonly normalLength: number;
}

/** Default λ for n dimensions (table 1). */
export const defaultPopulation = (n: number): number => 4 + Math.floor(3 * Math.log(n));

/** Strategy parameters for n dimensions (table 1). */
export function constantsOf(n: number, population: number = defaultPopulation(n)): Constants {
  const raw = Array.from(
    { length: Math.floor(population / 2) },
    (_, i) => Math.log((population + 1) / 2) - Math.log(i + 1),
  );
  const total = raw.reduce((sum, w) => sum + w, 0);
  const weights = raw.map((w) => w / total);
  const effective = 1 / weights.reduce((sum, w) => sum + w * w, 0);
  const rankOneRate = 2 / ((n + 1.3) ** 2 + effective);
  const stepSizeRate = (effective + 2) / (n + effective + 5);
  return {
    population,
    weights,
    effective,
    pathRate: (4 + effective / n) / (n + 4 + (2 * effective) / n),
    rankOneRate,
    rankMuRate: Math.min(1 - rankOneRate, (2 * (0.25 + effective + 1 / effective - 2)) / ((n + 2) ** 2 + effective)),
    stepSizeRate,
    damping: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + stepSizeRate,
    normalLength: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}

/** A round distribution: the start, and the start over. */
export const roundDistribution = (mean: readonly number[], stepSize: number): Distribution => ({
  mean,
  stepSize,
  covariance: mean.map((_, i) => mean.map((_x, j) => (i === j ? 1 : 0))),
  covariancePath: mean.map(() => 0),
  stepSizePath: mean.map(() => 0),
  generation: 0,
});

/** z ↦ C^½·z for C = B·D²·Bᵀ: a standard normal z becomes a step y ~ N(0, C) (eq. 39). */
export function shaper(covariance: Matrix): (z: readonly number[]) => number[] {
  const { values, vectors } = eigenSymmetric(covariance);
  const lengths = values.map((value) => Math.sqrt(Math.max(0, value)));
  return (z) => vectors.map((row) => row.reduce((sum, b, i) => sum + b * (lengths[i] as number) * (z[i] as number), 0));
}

/** C^−½·y (eq. 43). */
function whitened(covariance: Matrix, y: readonly number[]): number[] {
  const { values, vectors } = eigenSymmetric(covariance);
  const inside = values.map(
    (value, i) =>
      vectors.reduce((sum, row, k) => sum + (row[i] as number) * (y[k] as number), 0) /
      Math.sqrt(Math.max(value, 1e-20)),
  );
  return vectors.map((row) => row.reduce((sum, b, i) => sum + b * (inside[i] as number), 0));
}

/**
 * The next distribution, from the steps y = (x − mean)/σ of a generation in order of their scores, best first.
 * Needs at least as many steps as there are weights.
 */
export function updated(old: Distribution, steps: readonly (readonly number[])[], constants: Constants): Distribution {
  const { weights, effective, pathRate, rankOneRate, rankMuRate, stepSizeRate, damping, normalLength } = constants;
  const n = old.mean.length;
  const chosen = steps.slice(0, weights.length);
  const step = old.mean.map((_, d) => chosen.reduce((sum, y, i) => sum + (weights[i] as number) * (y[d] as number), 0));
  const white = whitened(old.covariance, step);
  const push = Math.sqrt(stepSizeRate * (2 - stepSizeRate) * effective);
  const stepSizePath = old.stepSizePath.map((p, d) => (1 - stepSizeRate) * p + push * (white[d] as number));
  const length = Math.hypot(...stepSizePath);
  const settled = Math.sqrt(1 - (1 - stepSizeRate) ** (2 * (old.generation + 1)));
  const isStalled = length / settled < (1.4 + 2 / (n + 1)) * normalLength;
  const pull = isStalled ? Math.sqrt(pathRate * (2 - pathRate) * effective) : 0;
  const path = old.covariancePath.map((p, d) => (1 - pathRate) * p + pull * (step[d] as number));
  // Makes up for the variance lost while the path is held (eq. 47, δ(h_σ)).
  const keep = 1 - rankOneRate - rankMuRate + (isStalled ? 0 : rankOneRate * pathRate * (2 - pathRate));
  const rankMu = (i: number, j: number) =>
    chosen.reduce((sum, y, k) => sum + (weights[k] as number) * (y[i] as number) * (y[j] as number), 0);
  return {
    mean: old.mean.map((m, d) => m + old.stepSize * (step[d] as number)),
    stepSize: old.stepSize * Math.exp(Math.min(1, (stepSizeRate / damping) * (length / normalLength - 1))),
    covariance: old.covariance.map((row, i) =>
      row.map((c, j) => keep * c + rankOneRate * (path[i] as number) * (path[j] as number) + rankMuRate * rankMu(i, j)),
    ),
    covariancePath: path,
    stepSizePath,
    generation: old.generation + 1,
  };
}
