/** The spread of a sample that a few wild values cannot change. */
import { mean, median } from "../../core/numerics/stats.ts";

const MAD_TO_SIGMA = 1.4826;

/** Standard deviation by the median absolute deviation; the plain one where half are equal. NaN for an empty sample. */
export function robustSpread(sample: readonly number[]): number {
  const center = median(sample);
  const byMedian = MAD_TO_SIGMA * median(sample.map((value) => Math.abs(value - center)));
  return byMedian > 0 ? byMedian : Math.sqrt(mean(sample.map((value) => (value - center) ** 2)));
}
