/** Adam (Kingma & Ba 2015) and AdamW, which decays weights apart from the gradient (Loshchilov & Hutter 2019). */
import { add, div, mul, sub } from "../ops/arithmetic.ts";
import { sqrt } from "../ops/elementwise.ts";
import type { Optimizer } from "./optimizer.ts";

export interface AdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

export interface AdamWOptions extends AdamOptions {
  /** λ: matrices shrink by η·λ a step; vectors and scalars (gains, biases) do not. */
  readonly weightDecay?: number;
}

/** Adam (Kingma & Ba 2015): AdamW without weight decay. */
export const adam = (options: AdamOptions = {}): Optimizer => adamW({ ...options, weightDecay: 0 });

/**
 * m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; w ← w − η·(m̂ / (√v̂ + ε) + λ·w), with m̂ and v̂ corrected for their zero start.
 * The slots hold m / (1−β₁) and v / (1−β₂), and all constant factors meet in two scalars: ten passes over the memory, not thirteen.
 */
export function adamW({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  weightDecay = 0.01,
}: AdamWOptions = {}): Optimizer {
  return {
    slots: ["mean", "square"],
    scalars(step) {
      const root = Math.sqrt((1 - beta2) / (1 - beta2 ** step));
      return { meanScale: (1 - beta1) / (1 - beta1 ** step) / root, scaledEpsilon: epsilon / root };
    },
    update({ value, gradient, slots, scalars, learningRate }) {
      const mean = add(mul(slots["mean"]!, beta1), gradient);
      const square = add(mul(slots["square"]!, beta2), mul(gradient, gradient));
      const direction = div(mean, add(sqrt(square), scalars["scaledEpsilon"]!));
      const step = mul(direction, mul(learningRate, scalars["meanScale"]!));
      const decays = weightDecay !== 0 && value.shape.length >= 2;
      const kept = decays ? mul(value, sub(1, mul(learningRate, weightDecay))) : value;
      return { value: sub(kept, step), slots: { mean, square } };
    },
  };
}
