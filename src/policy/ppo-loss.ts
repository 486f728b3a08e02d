/**
 * The objective of proximal policy optimisation (Schulman et al. 2017; autoresearch-rl eqs. 2 and 4), as a loss:
 *
 *     L_clip = mean min(ρ·Â, clip(ρ, 1 − ε, 1 + ε)·Â),  ρ = π(a|s) / π_old(a|s)
 *     loss   = −(L_clip − c1·L_vf + c2·H),              L_vf = mean (V(s) − target)²
 */
import { add, clamp, div, exp, minimum, mul, neg, pick, sub, sum, type Tensor } from "../nn/index.ts";
import { entropyOf } from "./masked-categorical.ts";

export interface PpoCoefficients {
  /** ε; default 0.2. */
  readonly clip?: number;
  /** c1; default 0.5. */
  readonly value?: number;
  /** c2; default 0.01. */
  readonly entropy?: number;
}

/** One minibatch; vectors of [batch] unless said otherwise. */
export interface PpoBatch {
  /** ln π now, [batch, actions]. */
  readonly logPi: Tensor;
  /** V(s) now. */
  readonly values: Tensor;
  /** int32 */
  readonly actions: Tensor;
  /** ln π_old(a|s) */
  readonly oldLogProbabilities: Tensor;
  readonly advantages: Tensor;
  readonly targets: Tensor;
  /** 1 for a sample, 0 for padding. */
  readonly weights: Tensor;
}

/** The scalar to minimise: the negative of eq. 4. */
export function ppoLoss(batch: PpoBatch, { clip = 0.2, value = 0.5, entropy = 0.01 }: PpoCoefficients = {}): Tensor {
  const { logPi, weights, advantages } = batch;
  const mean = (each: Tensor): Tensor => div(sum(mul(each, weights)), sum(weights));
  const ratio = exp(sub(pick(logPi, batch.actions), batch.oldLogProbabilities));
  const surrogate = mean(minimum(mul(ratio, advantages), mul(clamp(ratio, 1 - clip, 1 + clip), advantages)));
  const miss = sub(batch.values, batch.targets);
  const objective = add(sub(surrogate, mul(mean(mul(miss, miss)), value)), mul(mean(entropyOf(logPi)), entropy));
  return neg(objective);
}
