/**
 * Forecast of a final from siblings: finished trials of the same task, whose curves show what a power law cannot know (a
 * learning-rate decay at the end, a warm-up, two recipes that look alike by their level only). A Gaussian process with a
 * straight line in the present level, and a bump around every sibling whose curve so far has the same shape. Pure.
 */
import { inverseOf } from "../../core/cholesky.ts";
import { mean, median } from "../../core/stats.ts";
import { robustSpread } from "./robust-spread.ts";

export interface Sibling {
  /** What its curve showed at each check that it reached. */
  readonly levels: readonly number[];
  readonly final: number;
}

export interface SiblingForecast {
  /** For each sibling, its final as the others would have forecast it; NaN for those that show nothing at this check. */
  readonly leaveOneOut: readonly number[];
  /** The final of a trial that showed `levels` (at least up to this check). NaN without a finite level now. */
  forecast(levels: readonly number[]): number;
}

/** λ: variance of a final that its curve does not explain, in units of the variance of the finals. */
const NOISE = 0.1;
/** ℓ: how far apart curves may lie and still be alike, in spreads; the one whose forecasts miss least is taken. */
const REACHES = [0.5, 1, 2];
/** Spreads from the median beyond which a level is as odd as can be: one exploded curve is not the measure of all. */
const ODDEST = 4;
const LEAST = 5;

type Features = readonly number[];

/** Null below five siblings that show something at check `k` (from 1). */
export function siblingForecast(siblings: readonly Sibling[], k: number): SiblingForecast | null {
  const used = siblings.filter(({ levels }) => Number.isFinite(levels[k - 1]));
  if (used.length < LEAST) return null;
  const features = standardizer(used, k);
  const center = mean(used.map(({ final }) => final));
  const unit = Math.sqrt(mean(used.map(({ final }) => (final - center) ** 2))) || 1;
  const process = bestProcess(
    used.map(({ levels }) => features(levels)),
    used.map(({ final }) => (final - center) / unit),
  );
  if (process === null) return null;
  const known = new Map(used.map((sibling, i) => [sibling, process.leaveOneOut[i] as number]));
  return {
    leaveOneOut: siblings.map((sibling) => center + unit * (known.get(sibling) ?? Number.NaN)),
    forecast: (levels) =>
      Number.isFinite(levels[k - 1]) ? center + unit * process.predict(features(levels)) : Number.NaN,
  };
}

/** Levels up to check `k` in spreads from their median; 0 where a curve shows nothing. */
function standardizer(siblings: readonly Sibling[], k: number): (levels: readonly number[]) => Features {
  const scales = Array.from({ length: k }, (_, j) => {
    const seen = siblings.map(({ levels }) => levels[j] ?? Number.NaN).filter(Number.isFinite);
    return { center: median(seen), unit: robustSpread(seen) };
  });
  return (levels) =>
    scales.map(({ center, unit }, j) => {
      const oddness = ((levels[j] ?? Number.NaN) - center) / unit;
      return Number.isFinite(oddness) ? Math.max(-ODDEST, Math.min(ODDEST, oddness)) : 0;
    });
}

interface Process {
  readonly leaveOneOut: readonly number[];
  readonly miss: number;
  predict(features: Features): number;
}

function bestProcess(inputs: readonly Features[], outputs: readonly number[]): Process | null {
  const n = inputs.length;
  const apart = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) apart[i * n + j] = distance(inputs[i]!, inputs[j]!);
  }
  return REACHES.map((reach) => fitProcess({ inputs, outputs, apart }, reach)).reduce(
    (best, one) => (one !== null && one.miss < (best?.miss ?? Number.POSITIVE_INFINITY) ? one : best),
    null,
  );
}

interface Observations {
  readonly inputs: readonly Features[];
  readonly outputs: readonly number[];
  /** Distances of all pairs; lower triangle. */
  readonly apart: Float64Array;
}

/** Posterior mean, and the leave-one-out means in closed form (Rasmussen & Williams 2006, eq. 5.12). */
function fitProcess({ inputs, outputs, apart }: Observations, reach: number): Process | null {
  const n = inputs.length;
  const level = inputs.map((features) => features.at(-1)!);
  const kernel = (one: number, other: number, far: number) => 1 + one * other + Math.exp(-far / (2 * reach * reach));
  const lower = inputs.map((_, i) =>
    Float64Array.from({ length: i + 1 }, (__, j) => {
      const alike = kernel(level[i]!, level[j]!, apart[i * n + j]!);
      return i === j ? alike + NOISE : alike;
    }),
  );
  const inverse = inverseOf(lower);
  if (inverse === null) return null;
  const weights = inputs.map((_, i) => outputs.reduce((total, y, j) => total + inverse[i]![j]! * y, 0));
  const misses = weights.map((weight, i) => weight / inverse[i]![i]!);
  return {
    leaveOneOut: outputs.map((y, i) => y - misses[i]!),
    miss: mean(misses.map((miss) => miss * miss)),
    predict: (features) =>
      inputs.reduce(
        (total, input, i) => total + weights[i]! * kernel(features.at(-1)!, level[i]!, distance(features, input)),
        0,
      ),
  };
}

/** d²: mean squared distance of two curves, check j with weight j: how they look now counts most. */
function distance(one: Features, other: Features): number {
  let [total, weight] = [0, 0];
  for (let j = 0; j < one.length; j++) {
    total += (j + 1) * (one[j]! - other[j]!) ** 2;
    weight += j + 1;
  }
  return total / weight;
}
