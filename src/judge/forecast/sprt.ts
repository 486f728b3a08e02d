/**
 * Wald's sequential probability ratio test for the mean of a normal (autoresearch-rl §5.2).
 *
 * H0: the trial ends at τ (good). H1: it ends at τ + δ (bad). A forecast x with standard error s carries the evidence
 *
 *     log Λ = (δ / s²)·(x − τ − δ/2)
 *
 * Successive forecasts of one curve are not independent observations: each contains the ones before. So the evidence is
 * that of the latest forecast, not a sum. One-sided: Λ is a martingale under H0, and by Ville's inequality it ever
 * reaches A = (1 − β)/β with probability at most 1/A = β/(1 − β), eq. 8.
 */

export interface Hypotheses {
  /** τ. */
  readonly good: number;
  /** δ > 0. */
  readonly separation: number;
}

/** log Λ of a forecast with a positive standard error; 0 when it says nothing. */
export function logLikelihoodRatio(
  forecast: { readonly loss: number; readonly error: number },
  { good, separation }: Hypotheses,
): number {
  const ratio = (separation / forecast.error ** 2) * (forecast.loss - good - separation / 2);
  return Number.isNaN(ratio) ? 0 : ratio;
}

/** Wald's boundaries, in log Λ: reject H0 at or above `bad`, accept it at or below `good`. */
export function waldBoundaries(beta: number, gamma = beta): { readonly bad: number; readonly good: number } {
  return { bad: Math.log((1 - gamma) / beta), good: Math.log(gamma / (1 - beta)) };
}

/** Largest probability that a good trial is stopped (eq. 8). */
export const falseAbortBound = (beta: number): number => beta / (1 - beta);
