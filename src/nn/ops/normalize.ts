/** Normalisation over the last axis, or others, without gain and bias, which are layers' parameters. */
import type { Tensor } from "../tensor.ts";
import { add, mean, mul, sub } from "./arithmetic.ts";
import { reciprocal, sqrt } from "./elementwise.ts";

export interface NormalizeOptions {
  /** Added to the variance or mean square before the root. */
  readonly epsilon?: number;
  /** Over which the mean is taken; default the last. */
  readonly axes?: readonly number[];
}

/** x / √(mean(x²) + ε) (Zhang & Sennrich 2019). */
export function rmsNormalize(x: Tensor, { epsilon = 1e-6, axes = [-1] }: NormalizeOptions = {}): Tensor {
  const over = { axes, keep: true };
  const scale = reciprocal(sqrt(add(mean(mul(x, x), over), epsilon)));
  const y: Tensor = x.graph.operation("Mul", [x, scale], {
    shape: x.shape,
    parents: [x],
    backward: (g) => [mul(sub(g, mul(y, mean(mul(g, y), over))), scale)],
  });
  return y;
}

/** (x − mean) / √(variance + ε) with the biased variance (Ba, Kiros & Hinton 2016). */
export function layerNormalize(x: Tensor, { epsilon = 1e-5, axes = [-1] }: NormalizeOptions = {}): Tensor {
  return rmsNormalize(sub(x, mean(x, { axes, keep: true })), { epsilon, axes });
}
