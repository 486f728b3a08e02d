/** Normalisation layers: normalise the last axis, then scale (and shift) by learned vectors. */
import { ones, parameter, zeros } from "../initialize.ts";
import { add, mul } from "../ops/arithmetic.ts";
import { layerNormalize, rmsNormalize, type NormalizeOptions } from "../ops/normalize.ts";
import type { Tensor } from "../tensor.ts";

/** A map of tensors that keeps the shape. */
export type Layer = (x: Tensor) => Tensor;

/** Gain · x / rms(x). */
export function rmsNorm(width: number, options?: NormalizeOptions): Layer {
  const gain = parameter([width], ones);
  return (x) => mul(rmsNormalize(x, options), gain);
}

/** Gain · (x − mean) / deviation + bias. */
export function layerNorm(width: number, options?: NormalizeOptions): Layer {
  const gain = parameter([width], ones);
  const bias = parameter([width], zeros);
  return (x) => add(mul(layerNormalize(x, options), gain), bias);
}
