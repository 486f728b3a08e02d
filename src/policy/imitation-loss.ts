/**
 * Imitation of an expert, as a loss: behaviour cloning on the states that the learner itself gets into (DAgger; Ross, Gordon & Bagnell 2011)
 *
 *     loss = mean −Σ_a π_E(a|s)·ln π(a|s) + c1·mean (V(s) − target)²
 *
 * The expert is told as probabilities, so that what it is indifferent to stays open.
 */
import { add, div, mul, neg, sub, sum, type Tensor } from "../nn/index.ts";

/** One minibatch; vectors of [batch] unless said otherwise. */
export interface ImitationBatch {
  /** ln π now, [batch, actions]. */
  readonly logPi: Tensor;
  /** V(s) now. */
  readonly values: Tensor;
  /** π_E, [batch, actions]; 0 for what is masked. */
  readonly expert: Tensor;
  readonly targets: Tensor;
  /** 1 for an example, 0 for padding. */
  readonly weights: Tensor;
}

/** The scalar to minimise; c1 = `value`, default 0.5. */
export function imitationLoss(batch: ImitationBatch, { value = 0.5 }: { readonly value?: number } = {}): Tensor {
  const { logPi, expert, weights } = batch;
  const mean = (each: Tensor): Tensor => div(sum(mul(each, weights)), sum(weights));
  const crossEntropy = neg(sum(mul(expert, logPi), { axes: [-1] }));
  const miss = sub(batch.values, batch.targets);
  return add(mean(crossEntropy), mul(mean(mul(miss, miss)), value));
}
