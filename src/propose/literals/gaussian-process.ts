/**
 * A Gaussian process over the literal space (Rasmussen & Williams 2006, ch. 2 and algorithm 2.1). Its kernel is a sum over dimensions
 * (Duvenaud, Nickisch, Rasmussen: Additive Gaussian Processes, 2011) plus one of all of them: most literals act on their own, some
 * together, many not at all (automatic relevance determination, ch. 5.1). Pure; scales are chosen by marginal likelihood.
 */
import { backward, cholesky, forward } from "../../core/numerics/cholesky.ts";
import type { Domain } from "./domain.ts";
import type { Point } from "./parzen.ts";

/** What the process believes of a point, in the units of the observations. */
export interface Prediction {
  readonly mean: number;
  readonly deviation: number;
}

export interface GaussianProcess {
  /** How much each dimension matters: 1 as expected, less or more as the observations say. */
  readonly relevance: readonly number[];
  predict(point: Point): Prediction;
  /** Believes what it expects at `points` to have been observed there; its scales stay. */
  believing(points: readonly Point[]): GaussianProcess;
}

/** Points and what was observed there; at least one. */
export interface Observed {
  readonly domains: readonly Domain[];
  readonly points: readonly Point[];
  readonly values: readonly number[];
}

/** Scales of the kernel. */
interface Shape {
  /** Length over which a number's effect stays about the same, in widths of its domain. */
  readonly length: number;
  /** Share of the variance that is a sum over dimensions. */
  readonly additive: number;
  /** Variance of the noise, in that of the observations. */
  readonly noise: number;
  readonly relevance: readonly number[];
}

const LENGTHS = [0.3, 0.8, 2];
const ADDITIVE = [0.5, 0.9, 0.98];
const NOISE = [0.003, 0.03, 0.2];
/** What a dimension's relevance may be multiplied by, and by how much the log-likelihood has to rise for it. */
const RELEVANCE = [0.1, 4];
const WORTH = 0.7;
/** How far apart two different words are, in the units of squared lengths. */
const OTHER_WORD = 1;
/** Dimensions over which the length of the joint part is that of a single one. */
const JOINT = 4;

/** The process under which the observations are likeliest, of a grid, then one dimension after the other. */
export function gaussianProcess(observed: Observed): GaussianProcess {
  const { domains, points, values } = observed;
  const center = values.reduce((sum, y) => sum + y, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, y) => sum + (y - center) ** 2, 0) / values.length) || 1;
  const standard = values.map((y) => (y - center) / spread);
  const shape = likeliest(domains.length, { apart: tableOf(domains, points), values: standard });
  return processOf(observed, { shape, center, spread });
}

interface Scaling {
  readonly shape: Shape;
  /** Mean and standard deviation of the observations. */
  readonly center: number;
  readonly spread: number;
}

function processOf(observed: Observed, scaling: Scaling): GaussianProcess {
  const { domains, points, values } = observed;
  const { shape, center, spread } = scaling;
  const standard = values.map((y) => (y - center) / spread);
  const { factor, whitened } = fitted(sumsOf(tableOf(domains, points), shape), standard, shape);
  const weights = backward(factor, whitened);
  const square = squarer(domains);
  const buffer = new Float64Array(domains.length);
  const across = new Float64Array(points.length);
  const predict = (point: Point): Prediction => {
    let mean = 0;
    for (let i = 0; i < across.length; i++) {
      const k = covariance(summed(square(point, points[i] as Point, buffer), shape), shape);
      across[i] = k;
      mean += k * (weights[i] as number);
    }
    const explained = forward(factor, across).reduce((sum, z) => sum + z * z, 0);
    return { mean: center + spread * mean, deviation: spread * Math.sqrt(Math.max(1e-9, 1 - explained)) };
  };
  const process: GaussianProcess = {
    relevance: shape.relevance,
    predict,
    believing(more) {
      if (more.length === 0) return process;
      const expected = more.map((point) => predict(point).mean);
      return processOf({ domains, points: [...points, ...more], values: [...values, ...expected] }, scaling);
    },
  };
  return process;
}

/** All pairs of observations, the lower triangle. */
type Table<T> = readonly (readonly T[])[];

interface Sample {
  /** Squared distances by dimension. */
  readonly apart: Table<Float64Array>;
  /** With mean 0 and deviation 1. */
  readonly values: readonly number[];
}

function likeliest(size: number, { apart, values }: Sample): Shape {
  const relevance = Array.from({ length: size }, () => 1);
  const grid = LENGTHS.flatMap((length) => {
    const sums = sumsOf(apart, { length, relevance });
    return ADDITIVE.flatMap((additive) =>
      NOISE.map((noise) => {
        const shape: Shape = { length, additive, noise, relevance };
        return { shape, sums, evidence: fitted(sums, values, shape).evidence };
      }),
    );
  });
  let best = grid.reduce((a, b) => (b.evidence > a.evidence ? b : a));
  const isMoved = relevance.map((_, d) => apart.some((row) => row.some((one) => one[d] !== 0)));
  /** What did not pay for one dimension that nothing moved does not pay for another. */
  let futile: { readonly than: typeof best; readonly more: number } | undefined;
  for (const factor of RELEVANCE) {
    for (let d = 0; d < size; d++) {
      const { shape } = best;
      const more = factor - (shape.relevance[d] as number);
      if (isMoved[d] === false && futile?.than === best && futile.more === more) continue;
      const step = (i: number, j: number) => (apart[i]?.[j]?.[d] as number) * scaleOf(shape);
      const sums = best.sums.map((row, i) => row.map((one, j) => weighted(one, more, step(i, j))));
      const { evidence } = fitted(sums, values, shape);
      if (evidence > best.evidence + WORTH)
        best = { shape: { ...shape, relevance: shape.relevance.with(d, factor) }, sums, evidence };
      else if (isMoved[d] === false) futile = { than: best, more };
    }
  }
  return best.shape;
}

type Squarer = (a: Point, b: Point, out: Float64Array) => Float64Array;

/** Squared distances by dimension, into `out`; a literal that one of the points lacks keeps them not apart. */
function squarer(domains: readonly Domain[]): Squarer {
  const isWord = domains.map(({ kind }) => kind === "choice");
  return (a, b, out) => {
    for (let d = 0; d < out.length; d++) {
      const [x, y] = [a[d], b[d]];
      if (x === y || x === undefined || y === undefined) out[d] = 0;
      else out[d] = isWord[d] === true ? OTHER_WORD : (x - y) ** 2;
    }
    return out;
  };
}

/** Squared distances by dimension. */
function tableOf(domains: readonly Domain[], points: readonly Point[]): Table<Float64Array> {
  const square = squarer(domains);
  return points.map((a, i) => points.slice(0, i + 1).map((b) => square(a, b, new Float64Array(domains.length))));
}

/** What the kernel of two points is made of: sums over dimensions, of their weights, their own kernels and their distances. */
interface Sums {
  readonly weight: number;
  readonly single: number;
  readonly distance: number;
}

type Reach = Pick<Shape, "length" | "relevance">;

const scaleOf = ({ length }: Pick<Shape, "length">): number => 0.5 / length ** 2;

function summed(apart: Float64Array, reach: Reach): Sums {
  const scale = scaleOf(reach);
  let [weight, single, distance] = [0, 0, 0];
  for (let d = 0; d < apart.length; d++) {
    const w = reach.relevance[d] as number;
    const step = (apart[d] as number) * scale;
    weight += w;
    single += w / (1 + step);
    distance += w * step;
  }
  return { weight, single, distance };
}

const sumsOf = (apart: Table<Float64Array>, reach: Reach): Table<Sums> =>
  apart.map((row) => row.map((one) => summed(one, reach)));

/** The sums when a dimension on which the points are `step` apart weighs so much more. */
const weighted = ({ weight, single, distance }: Sums, more: number, step: number): Sums => ({
  weight: weight + more,
  single: single + more / (1 + step),
  distance: distance + more * step,
});

/** Rational quadratic kernels with α = 1 (eq. 4.19): a weighted mean of one per dimension, and one of all. */
const covariance = ({ weight, single, distance }: Sums, { additive }: Pick<Shape, "additive">): number =>
  (additive * single) / weight + (1 - additive) / (1 + (distance * JOINT) / weight);

interface Fit {
  readonly factor: readonly Float64Array[];
  /** L⁻¹·y. */
  readonly whitened: Float64Array;
  /** log p(y), without the constant. */
  readonly evidence: number;
}

type Mixture = Pick<Shape, "additive" | "noise">;

function fitted(sums: Table<Sums>, values: readonly number[], shape: Mixture): Fit {
  const lower = sums.map((row, i) => row.map((one, j) => covariance(one, shape) + (i === j ? shape.noise : 0)));
  const factor = cholesky(lower);
  const whitened = forward(factor, values);
  const logRoot = factor.reduce((sum, row, i) => sum + Math.log(row[i] as number), 0);
  return { factor, whitened, evidence: -0.5 * whitened.reduce((sum, z) => sum + z * z, 0) - logRoot };
}
