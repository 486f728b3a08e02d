/** Normalisation over the last axis, without gain and bias, which are layers' parameters. */
import type { Tensor } from "../tensor.ts";
import { add, mean, mul, sub } from "./arithmetic.ts";
import { reciprocal, sqrt } from "./elementwise.ts";

const overLast = { axes: [-1], keep: true };

export interface NormalizeOptions {
  /** Added to the variance or mean square before the root. */
  readonly epsilon?: number;
}

/** x / √(mean(x²) + ε) (Zhang & Sennrich 2019). */
export function rmsNormalize(x: Tensor, { epsilon = 1e-6 }: NormalizeOptions = {}): Tensor {
  const scale = reciprocal(sqrt(add(mean(mul(x, x), overLast), epsilon)));
  const y: Tensor = x.graph.operation("Mul", [x, scale], {
    shape: x.shape,
    parents: [x],
    backward: (g) => [mul(sub(g, mul(y, mean(mul(g, y), overLast))), scale)],
  });
  return y;
}

/** (x − mean) / √(variance + ε) with the biased variance (Ba, Kiros & Hinton 2016). */
export function layerNormalize(x: Tensor, { epsilon = 1e-5 }: NormalizeOptions = {}): Tensor {
  return rmsNormalize(sub(x, mean(x, overLast)), { epsilon });
}
