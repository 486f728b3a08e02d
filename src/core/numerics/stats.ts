/**
 * Descriptive statistics and confidence intervals: what the judge, the benchmarks and the reports quote. Every interval
 * is two-sided with the given coverage, 95 % unless told otherwise. Empty samples give NaN, never an invented number.
 */
import { normalQuantile, studentQuantile } from "./distributions.ts";

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export const mean = (sample: readonly number[]): number => sum(sample) / sample.length;

/** Kahan's compensated sum: exact enough whatever the order and the length. */
export function sum(sample: readonly number[]): number {
  let total = 0;
  let lost = 0;
  for (const value of sample) {
    const corrected = value - lost;
    const next = total + corrected;
    lost = next - total - corrected;
    total = next;
  }
  return total;
}

/** Unbiased (n − 1) variance; NaN below two values. */
export function variance(sample: readonly number[]): number {
  if (sample.length < 2) return Number.NaN;
  const center = mean(sample);
  return sum(sample.map((value) => (value - center) ** 2)) / (sample.length - 1);
}

export const standardDeviation = (sample: readonly number[]): number => Math.sqrt(variance(sample));

/** Of the mean; 0 for fewer than two values, which say nothing of it. */
export const standardError = (sample: readonly number[]): number =>
  sample.length < 2 ? 0 : Math.sqrt(variance(sample) / sample.length);

export const median = (sample: readonly number[]): number => quantile(sample, 0.5);

/** Linear interpolation between order statistics (Hyndman & Fan's type 7); `p` in [0, 1]. */
export function quantile(sample: readonly number[], p: number): number {
  if (sample.length === 0) return Number.NaN;
  const sorted = sample.toSorted((a, b) => a - b);
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  const share = position - below;
  if (share === 0 || low === high) return low;
  // Weighted rather than stepped: the difference of two large numbers may be none.
  return Math.min(high, Math.max(low, (1 - share) * low + share * high));
}

/** Student's interval for the mean of a normal sample; infinite below two values. */
export function meanInterval(sample: readonly number[], coverage = 0.95): Interval {
  if (sample.length < 2) return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const reach = studentQuantile((1 + coverage) / 2, sample.length - 1) * standardError(sample);
  const center = mean(sample);
  return { low: center - reach, high: center + reach };
}

/** Wilson's score interval for a proportion of `successes` in `trials`; [0, 1] for no trials. */
export function wilsonInterval(successes: number, trials: number, coverage = 0.95): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const z = normalQuantile((1 + coverage) / 2);
  const share = successes / trials;
  const shrink = 1 + (z * z) / trials;
  const center = (share + (z * z) / (2 * trials)) / shrink;
  const reach = (z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials))) / shrink;
  return { low: successes === 0 ? 0 : center - reach, high: successes === trials ? 1 : center + reach };
}
