/** Two shares side by side, as Table 2 of STOP compares them. */
import { normalCdf } from "../../../core/numerics/distributions.ts";

export interface Share {
  readonly successes: number;
  readonly trials: number;
}

export interface ProportionTest {
  /** Positive when the first share is the larger; 0 when both are the same. */
  readonly z: number;
  /** Two-sided; 1 where there is nothing to tell apart. */
  readonly p: number;
}

/** The two-proportion z-test with the pooled share (§6.2). Approximate: distrust it below about five successes each. */
export function proportionTest(first: Share, second: Share): ProportionTest {
  const trials = first.trials + second.trials;
  const pooled = (first.successes + second.successes) / trials;
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / first.trials + 1 / second.trials));
  if (!(error > 0 && error < Infinity)) return { z: 0, p: 1 };
  const z = (first.successes / first.trials - second.successes / second.trials) / error;
  return { z, p: Math.min(1, 2 * normalCdf(-Math.abs(z))) };
}
