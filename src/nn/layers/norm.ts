/** Normalisation layers: normalise the last axis, then scale (and shift) by learned vectors. */
import { ones, parameter, zeros } from "../initialize.ts";
import { add, mul } from "../ops/arithmetic.ts";
import { layerNormalize, rmsNormalize, type NormalizeOptions } from "../ops/normalize.ts";
import type { Parameter, Tensor } from "../tensor.ts";

/** A map of tensors that keeps the shape. */
export type Layer = (x: Tensor) => Tensor;

export interface Norm {
  (x: Tensor): Tensor;
  /** One factor per feature. */
  readonly gain: Parameter;
  /** One summand per feature, where the norm has any. */
  readonly bias?: Parameter;
}

/** Gain · x / rms(x). */
export function rmsNorm(width: number, options?: NormalizeOptions): Norm {
  const gain = parameter([width], ones);
  return Object.assign((x: Tensor) => mul(rmsNormalize(x, options), gain), { gain });
}

/** Gain · (x − mean) / deviation + bias. */
export function layerNorm(width: number, options?: NormalizeOptions): Norm {
  const gain = parameter([width], ones);
  const bias = parameter([width], zeros);
  return Object.assign((x: Tensor) => add(mul(layerNormalize(x, options), gain), bias), { gain, bias });
}
