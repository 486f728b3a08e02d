/**
 * The mathematics of CMA-ES: weights, constants and one generation's update of mean, step size, covariance and paths
 * (Hansen, The CMA Evolution Strategy: A Tutorial, arXiv 1604.00772; equation numbers are the tutorial's). Pure.
 */
import { remember } from "../../core/remember.ts";
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
  /** One per rank, best first: the first ⌊λ/2⌋ positive with sum 1, the others negative or 0 (eq. 49–53). */
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
  const raw = Array.from({ length: population }, (_, i) => Math.log((population + 1) / 2) - Math.log(i + 1));
  const effective = effectiveOf(raw.slice(0, Math.floor(population / 2)));
  const rankOneRate = 2 / ((n + 1.3) ** 2 + effective);
  const rankMuRate = Math.min(
    1 - rankOneRate,
    (2 * (0.25 + effective + 1 / effective - 2)) / ((n + 2) ** 2 + effective),
  );
  const stepSizeRate = (effective + 2) / (n + effective + 5);
  return {
    population,
    weights: scaled(raw, { n, effective, rankOneRate, rankMuRate }),
    effective,
    pathRate: (4 + effective / n) / (n + 4 + (2 * effective) / n),
    rankOneRate,
    rankMuRate,
    stepSizeRate,
    damping: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + stepSizeRate,
    normalLength: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** (Σw)² / Σw². */
const effectiveOf = (weights: readonly number[]): number => sumOf(weights) ** 2 / sumOf(weights.map((w) => w * w));

type Rates = Pick<Constants, "effective" | "rankOneRate" | "rankMuRate"> & { readonly n: number };

/** Positive weights to sum 1, negative ones to the least of α_μ⁻, α_μeff⁻ and α_posdef⁻ (eq. 50–53). */
function scaled(raw: readonly number[], { n, effective, rankOneRate, rankMuRate }: Rates): readonly number[] {
  const negative = raw.filter((w) => w < 0);
  const balanced = 1 + rankOneRate / rankMuRate;
  const selective = 1 + (2 * effectiveOf(negative)) / (effective + 2);
  const definite = (1 - rankOneRate - rankMuRate) / (n * rankMuRate);
  const most = Math.min(balanced, selective, definite);
  const [gain, loss] = [sumOf(raw.filter((w) => w > 0)), -sumOf(negative)];
  return raw.map((w) => (w >= 0 ? w / gain : (most * w) / loss));
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

/** One decomposition for all draws of a generation and for what is learned from them. */
const axesOf = remember(eigenSymmetric);

/** z ↦ C^½·z for C = B·D²·Bᵀ: a standard normal z becomes a step y ~ N(0, C) (eq. 39). */
export function shaper(covariance: Matrix): (z: readonly number[]) => number[] {
  const { values, vectors } = axesOf(covariance);
  const lengths = values.map((value) => Math.sqrt(Math.max(0, value)));
  return (z) => vectors.map((row) => row.reduce((sum, b, i) => sum + b * (lengths[i] as number) * (z[i] as number), 0));
}

/** y ↦ C^−½·y (eq. 43). */
function whitener(covariance: Matrix): (y: readonly number[]) => number[] {
  const { values, vectors } = axesOf(covariance);
  const lengths = values.map((value) => Math.sqrt(Math.max(value, 1e-20)));
  return (y) => {
    const inside = lengths.map(
      (length, i) => sumOf(vectors.map((row, k) => (row[i] as number) * (y[k] as number))) / length,
    );
    return vectors.map((row) => sumOf(row.map((b, i) => b * (inside[i] as number))));
  };
}

/** Steps with their weights: the best get the positive ones, the worst the negative ones, any in between none. */
function weighted(
  steps: readonly (readonly number[])[],
  { weights }: Constants,
): { y: readonly number[]; w: number }[] {
  const best = weights.filter((w) => w > 0);
  const worst = weights.slice(best.length);
  return steps.map((y, rank) => ({ y, w: best[rank] ?? worst.at(rank - steps.length) ?? 0 }));
}

/**
 * The next distribution, from the steps y = (x − mean)/σ of a generation in order of their scores, best first.
 * Needs at least as many steps as there are weights. Bad steps count too, against the directions in which they went
 * (active update, eq. 46–47); their length counts as that of a step of average length.
 */
export function updated(old: Distribution, steps: readonly (readonly number[])[], constants: Constants): Distribution {
  const { effective, pathRate, rankOneRate, rankMuRate, stepSizeRate, damping, normalLength } = constants;
  const n = old.mean.length;
  const whiten = whitener(old.covariance);
  const ranked = weighted(steps, constants);
  const step = old.mean.map((_, d) => sumOf(ranked.map(({ y, w }) => Math.max(0, w) * (y[d] as number))));
  const white = whiten(step);
  const push = Math.sqrt(stepSizeRate * (2 - stepSizeRate) * effective);
  const stepSizePath = old.stepSizePath.map((p, d) => (1 - stepSizeRate) * p + push * (white[d] as number));
  const length = Math.hypot(...stepSizePath);
  const settled = Math.sqrt(1 - (1 - stepSizeRate) ** (2 * (old.generation + 1)));
  const isStalled = length / settled < (1.4 + 2 / (n + 1)) * normalLength;
  const pull = isStalled ? Math.sqrt(pathRate * (2 - pathRate) * effective) : 0;
  const path = old.covariancePath.map((p, d) => (1 - pathRate) * p + pull * (step[d] as number));
  // Makes up for the variance lost while the path is held (eq. 47, δ(h_σ)).
  const held = isStalled ? 0 : rankOneRate * pathRate * (2 - pathRate);
  const keep = 1 + held - rankOneRate - rankMuRate * sumOf(ranked.map(({ w }) => w));
  const normal = ranked.map(({ y, w }) => ({
    y,
    w: w < 0 ? (w * n) / Math.max(1e-20, sumOf(whiten(y).map((x) => x * x))) : w,
  }));
  const rankMu = (i: number, j: number) => sumOf(normal.map(({ y, w }) => w * (y[i] as number) * (y[j] as number)));
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
