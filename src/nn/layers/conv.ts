/** A learned two-dimensional convolution. */
import type { Random } from "../../core/numerics/random.ts";
import { fanIn, parameter, zeros, type Initializer } from "../initialize.ts";
import { convolve2d } from "../ops/convolution.ts";
import type { Parameter, Tensor } from "../tensor.ts";

export interface Conv2dOptions {
  readonly random: Random;
  /** Height and width; default 3. */
  readonly kernel?: number;
  /** Default 1. */
  readonly stride?: number;
  /** Zeros on each side; default (kernel − 1) / 2 rounded down, which keeps height and width at stride 1 and an odd kernel. */
  readonly padding?: number;
  /** Default true. */
  readonly bias?: boolean;
  /** Of the weight; default `fanIn`. Biases start at 0. */
  readonly initializer?: Initializer;
}

export interface Conv2d {
  (x: Tensor): Tensor;
  /** [outputs, inputs, kernel, kernel] */
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;
}

/** [batch, inputs, height, width] → [batch, outputs, height', width'] */
export function conv2d(inputs: number, outputs: number, options: Conv2dOptions): Conv2d {
  const { kernel = 3, stride = 1, padding = Math.floor((kernel - 1) / 2) } = options;
  const weight = parameter([outputs, inputs, kernel, kernel], options.initializer ?? fanIn(options.random));
  const bias = options.bias === false ? undefined : parameter([outputs], zeros);
  const apply = (x: Tensor): Tensor => convolve2d(x, weight, { bias, stride, padding });
  return Object.assign(apply, { weight, bias });
}
