/**
 * The power law of autoresearch-rl eq. 6, L(t) = a·t^−b + c with a, b, c ≥ 0, fitted to a learning curve and extrapolated.
 * Robust: at most MOST_POINTS medians are fitted, under Huber's loss, from several starts. Pure.
 *
 * Deviation: a curve with negative losses (returns, log-likelihoods) is lifted above zero before the fit.
 */
import type { CurvePoint } from "../../core/trial.ts";
import { mean, median } from "../../core/numerics/stats.ts";
import { leastSquares } from "./levenberg-marquardt.ts";

export interface PowerLaw {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** A forecast of the loss at the end of the budget. */
export interface Forecast {
  readonly loss: number;
  /** Standard error: of the fit and of one more observation. */
  readonly error: number;
}

export interface PowerLawFit extends PowerLaw {
  /** Robust standard deviation of the observations about the curve. */
  readonly scale: number;
  /** Mean absolute residual. */
  readonly cost: number;
  /** Of a, b, c, times `scale` squared. */
  readonly covariance: readonly (readonly number[])[];
}

/** Observation: a positive time and a finite loss. */
type Observation = readonly [time: number, loss: number];

const LEAST_POINTS = 4;
const MOST_POINTS = 40;
const EXPONENTS = [0.1, 0.5, 1.5];
const REWEIGHTINGS = 4;
/** Huber's constant: 95 % efficient for Gaussian noise. */
const HUBER = 1.345;
const MAD_TO_SIGMA = 1.4826;
/** Of losses that are scaled to one: below it a fit is exact. */
const LEAST_SCALE = 1e-9;

/** Null below LEAST_POINTS points. The curve's losses are finite; times are seconds in order. */
export function forecastFinal(curve: readonly CurvePoint[], trainSeconds: number): Forecast | null {
  const observations = thinned(curve.map(({ seconds, loss }): Observation => [seconds / trainSeconds, loss]));
  const losses = observations.map(([, loss]) => loss);
  const [lowest, highest] = [Math.min(...losses), Math.max(...losses)];
  const lift = lowest < 0 ? highest - 2 * lowest : 0;
  const unit = Math.max(Math.abs(highest + lift), Number.MIN_VALUE * 1e20);
  const fit = fitPowerLaw(observations.map(([time, loss]) => [time, (loss + lift) / unit]));
  if (fit === null) return null;
  const { a, b, c, scale, covariance } = fit;
  // At t = 1 (the end of the budget) L = a + c, and its gradient in (a, b, c) is (1, 0, 1).
  const variance = covariance[0]![0]! + 2 * covariance[0]![2]! + covariance[2]![2]! + scale * scale;
  const loss = (a + c) * unit - lift;
  return Number.isFinite(loss) && Number.isFinite(b) ? { loss, error: Math.sqrt(Math.max(0, variance)) * unit } : null;
}

/** The best of the fits from all starts, made robust; null below LEAST_POINTS observations at positive times. */
export function fitPowerLaw(observations: readonly Observation[]): PowerLawFit | null {
  const usable = observations.filter(([time, loss]) => time > 0 && Number.isFinite(loss));
  if (usable.length < LEAST_POINTS) return null;
  const even = usable.map(() => 1);
  const floor = Math.max(0, Math.min(...usable.map(([, loss]) => loss)));
  const fits = EXPONENTS.map((b) => weightedFit(usable, even, linearStart(usable, b, floor)));
  let best = fits.reduce((one, other) => (other.cost < one.cost ? other : one));
  for (let round = 1; round < REWEIGHTINGS; round++) {
    best = weightedFit(usable, huberWeights(usable, best), [best.a, best.b, best.c]);
  }
  return best;
}

function weightedFit(
  observations: readonly Observation[],
  weights: readonly number[],
  start: readonly number[],
): PowerLawFit {
  const { parameters, covariance } = leastSquares({
    start,
    lower: [0, 0, 0],
    residuals: (p) => observations.map(([t, loss], i) => weights[i]! * (valueAt(p, t) - loss)),
    jacobian: (p) => observations.map(([t], i) => gradientAt(p, t).map((g) => weights[i]! * g)),
  });
  const misses = observations.map(([t, loss]) => Math.abs(valueAt(parameters, t) - loss));
  const scale = Math.max(MAD_TO_SIGMA * median(misses), LEAST_SCALE);
  const [a, b, c] = parameters as readonly [number, number, number];
  return {
    a,
    b,
    c,
    scale,
    cost: mean(misses),
    covariance: covariance.map((row) => row.map((value) => value * scale * scale)),
  };
}

/** Square roots of Huber's weights: one within HUBER standard deviations of the curve, less and less beyond. */
const huberWeights = (observations: readonly Observation[], { a, b, c, scale }: PowerLawFit): number[] =>
  observations.map(([t, loss]) => {
    const miss = Math.abs(valueAt([a, b, c], t) - loss);
    return miss <= HUBER * scale ? 1 : Math.sqrt((HUBER * scale) / miss);
  });

const valueAt = ([a, b, c]: readonly number[], t: number): number => a! * t ** -b! + c!;
const gradientAt = ([a, b]: readonly number[], t: number): number[] => [t ** -b!, -a! * t ** -b! * Math.log(t), 1];

/** Least squares for a with the exponent and the floor given; a curve that rises starts flat. */
function linearStart(observations: readonly Observation[], b: number, floor: number): number[] {
  let [above, below] = [0, 0];
  for (const [t, loss] of observations) {
    above += (loss - floor) * t ** -b;
    below += t ** (-2 * b);
  }
  return [Math.max(0, above / below), b, floor];
}

/** Medians of neighbours, evenly spread over the points, so that a step-by-step curve costs no more than a short one. */
function thinned(observations: readonly Observation[]): Observation[] {
  const n = observations.length;
  if (n <= MOST_POINTS) return [...observations];
  return Array.from({ length: MOST_POINTS }, (_, i) => {
    const bin = observations.slice(Math.floor((i * n) / MOST_POINTS), Math.floor(((i + 1) * n) / MOST_POINTS));
    return [median(bin.map(([t]) => t)), median(bin.map(([, loss]) => loss))];
  });
}
