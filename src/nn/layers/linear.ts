/** A learned affine map of the last axis. */
import type { Random } from "../../core/random.ts";
import { fanIn, parameter, zeros, type Initializer } from "../initialize.ts";
import { add } from "../ops/arithmetic.ts";
import { matmul } from "../ops/matmul.ts";
import type { Parameter, Tensor } from "../tensor.ts";

export interface LinearOptions {
  readonly random: Random;
  /** Default true. */
  readonly bias?: boolean;
  /** Of the weight; default `fanIn`. Biases start at 0. */
  readonly initializer?: Initializer;
}

export interface Linear {
  (x: Tensor): Tensor;
  /** [inputs, outputs] */
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;
}

/** [..., inputs] → [..., outputs] */
export function linear(inputs: number, outputs: number, options: LinearOptions): Linear {
  const weight = parameter([inputs, outputs], options.initializer ?? fanIn(options.random));
  const bias = options.bias === false ? undefined : parameter([outputs], zeros);
  const apply = (x: Tensor) => (bias === undefined ? matmul(x, weight) : add(matmul(x, weight), bias));
  return Object.assign(apply, { weight, bias });
}
