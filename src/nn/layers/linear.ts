/** A learned affine map of the last axis, with an optional low-rank adapter on a frozen base (LoRA: Hu et al. 2022). */
import type { Random } from "../../core/numerics/random.ts";
import { fanIn, parameter, zeros, type Initializer } from "../initialize.ts";
import { add, mul } from "../ops/arithmetic.ts";
import { matmul } from "../ops/matmul.ts";
import type { Parameter, Tensor } from "../tensor.ts";

export interface LoraOptions {
  /** r: columns of the one factor, rows of the other. */
  readonly rank: number;
  /** α: the adapter's output is scaled by α / r. Default r. */
  readonly alpha?: number;
}

export interface LinearOptions {
  readonly random: Random;
  /** Default true. */
  readonly bias?: boolean;
  /** Of the weight; default `fanIn`. Biases start at 0. */
  readonly initializer?: Initializer;
  /** Freezes weight and bias and trains (α / r)·x·down·up beside them; `up` starts at 0, so that nothing changes at first. */
  readonly lora?: LoraOptions;
}

export interface Linear {
  (x: Tensor): Tensor;
  /** [inputs, outputs] */
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;
  readonly adapter: Adapter | undefined;
}

export interface Adapter {
  (x: Tensor): Tensor;
  /** [inputs, rank] */
  readonly down: Parameter;
  /** [rank, outputs] */
  readonly up: Parameter;
}

/** [..., inputs] → [..., outputs] */
export function linear(inputs: number, outputs: number, options: LinearOptions): Linear {
  const isFrozen = options.lora !== undefined;
  const weight = parameter([inputs, outputs], options.initializer ?? fanIn(options.random), { isFrozen });
  const bias = options.bias === false ? undefined : parameter([outputs], zeros, { isFrozen });
  const adapter = options.lora && lowRank(inputs, outputs, { ...options.lora, random: options.random });
  const apply = (x: Tensor): Tensor => {
    const product = matmul(x, weight);
    const adapted = adapter === undefined ? product : add(product, adapter(x));
    return bias === undefined ? adapted : add(adapted, bias);
  };
  return Object.assign(apply, { weight, bias, adapter });
}

function lowRank(inputs: number, outputs: number, options: LoraOptions & { readonly random: Random }): Adapter {
  const { rank, alpha = rank, random } = options;
  const down = parameter([inputs, rank], fanIn(random));
  const up = parameter([rank, outputs], zeros);
  return Object.assign((x: Tensor) => mul(matmul(matmul(x, down), up), alpha / rank), { down, up });
}
