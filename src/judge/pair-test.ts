/**
 * Evidence in paired differences that a candidate is better, as an e-process: under "no better" it is expected to stay at
 * 1 or below however long one looks, so one may stop whenever it is large (Ville's inequality). It is the Gaussian-mixture
 * t-test (Lai 1976; Wang & Ramdas 2024), one-sided, with earlier knowledge of the noise; docs/keeping.md has the equations.
 */
import { studentCdf, studentQuantile } from "../core/numerics/distributions.ts";
import { sum } from "../core/numerics/stats.ts";

/** Variance of a single difference as known before the test: `squares / degrees`. */
export interface KnownSpread {
  /** Sum of squares; 0 when nothing is known or nothing varies. */
  readonly squares: number;
  /** Degrees of freedom behind it; 0 when nothing is known. */
  readonly degrees: number;
}

/** Variances g of the effect's prior, in units of the noise's: small gains, large ones, and ones beyond all noise. */
const PRIORS = [1, 4, 16, 64];
/** Earlier knowledge counts for at most so many degrees: a candidate may be noisier than what was measured before. */
const MOST_DEGREES = 8;
/** A difference that noise alone exceeds less often than this counts as if it were that one. */
const TAIL = 0.0005;

/** ln of the e-value of `differences` (positive is better) against "the mean is 0 or less". 0 without differences. */
export function logEvidence(differences: readonly number[], known: KnownSpread): number {
  const before = trusted(known);
  const raw = mixture(differences, before);
  if (before.squares === 0) return raw;
  const reach = Math.sqrt(before.squares / before.degrees) * studentQuantile(1 - TAIL, before.degrees);
  const clipped = differences.map((d) => Math.min(reach, Math.max(-reach, d)));
  // The smaller of the two is no larger than `raw`, hence valid where that is, and no outlier can drive it.
  return Math.min(raw, mixture(clipped, before));
}

function trusted({ squares, degrees }: KnownSpread): KnownSpread {
  const share = Math.min(1, MOST_DEGREES / degrees);
  return degrees === 0 ? { squares: 0, degrees: 0 } : { squares: squares * share, degrees: degrees * share };
}

/** ln of the mean over PRIORS of each prior's likelihood ratio. */
function mixture(differences: readonly number[], before: KnownSpread): number {
  const logs = PRIORS.map((g) => logRatio(differences, before, g));
  const largest = Math.max(...logs);
  return largest + Math.log(sum(logs.map((log) => Math.exp(log - largest))) / logs.length);
}

/** One prior: effect / noise ~ N(0, g) cut to positive values, noise with the scale-invariant prior. */
function logRatio(differences: readonly number[], { squares, degrees }: KnownSpread, g: number): number {
  const n = differences.length;
  const total = sum(differences);
  const allSquares = squares + sum(differences.map((d) => d * d));
  if (allSquares === 0) return 0;
  const shrunk = g / (1 + n * g);
  const left = Math.max(allSquares - shrunk * total * total, allSquares * Number.EPSILON);
  const freedom = degrees + n;
  const ratio = (freedom / 2) * Math.log(allSquares / left) - Math.log(1 + n * g) / 2;
  const isPositive = studentCdf((shrunk * total) / Math.sqrt((left / freedom) * shrunk), freedom);
  // Hundreds of pairs that lose: too little for a number. No gain makes a loss more likely, so this is 0 at most.
  return isPositive > 0 ? ratio + Math.log(2 * isPositive) : 0;
}
