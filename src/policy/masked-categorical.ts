/**
 * A choice among actions of which some are not possible now. As tensors for training, as plain numbers for acting; a masked
 * action has probability 0 exactly in both, and no gradient.
 */
import type { Random } from "../core/numerics/random.ts";
import { exp, logSoftmax, mul, neg, sum, where, type Tensor } from "../nn/index.ts";

/** Its exponential is exactly 0, and 0 times it is no NaN. */
export const MASKED = -1e9;

/** ln π over the last axis: [batch, actions] logits and a mask (bool) of the same shape. */
export const logProbabilities = (logits: Tensor, isPossible: Tensor): Tensor =>
  logSoftmax(where(isPossible, logits, MASKED));

/** H[π] = −Σ π·ln π for each row of log-probabilities: [batch, actions] → [batch]. */
export const entropyOf = (logPi: Tensor): Tensor => neg(sum(mul(exp(logPi), logPi), { axes: [-1] }));

/** Draws an action from log-probabilities; one of probability 0 is never drawn. */
export function sampleAction(logPi: ArrayLike<number>, random: Random): number {
  let left = random.next();
  let chosen = -1;
  for (let action = 0; action < logPi.length; action++) {
    const probability = Math.exp(logPi[action] as number);
    if (probability === 0) continue;
    chosen = action;
    left -= probability;
    if (left < 0) break;
  }
  return chosen;
}
