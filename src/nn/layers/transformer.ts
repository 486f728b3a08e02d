/** Stacks of pre-norm transformer blocks (Vaswani et al. 2017; Xiong et al. 2020): what encoder and decoder share. */
import type { Random } from "../../core/numerics/random.ts";
import { add } from "../ops/arithmetic.ts";
import { dropout } from "../ops/dropout.ts";
import type { Initializer } from "../initialize.ts";
import type { Tensor } from "../tensor.ts";
import type { LoraOptions } from "./linear.ts";
import { mlp, type Mlp } from "./mlp.ts";
import { rmsNorm, type Layer, type Norm } from "./norm.ts";

export interface TransformerOptions {
  readonly random: Random;
  readonly layers: number;
  readonly heads: number;
  /** Of queries, keys and values; default width / heads. */
  readonly headWidth?: number;
  /** Width of the feed-forward layer. */
  readonly hidden: number;
  /** Default rmsNorm. */
  readonly norm?: (width: number) => Norm;
  /** Default relu. */
  readonly activation?: Layer;
  /** Share of each block's output that is dropped in training. Default 0. */
  readonly dropout?: number;
  /** Whether linear maps have biases. Default false. */
  readonly bias?: boolean;
  /** Of the linear maps' weights; default `fanIn`. */
  readonly initializer?: Initializer;
  /** Adapters on the attention's linear maps, which are frozen then. */
  readonly lora?: LoraOptions;
}

/** One layer around which a residual stream flows: x + dropout(layer(norm(x))). */
export function residual(x: Tensor, norm: Norm, layer: Layer, rate = 0): Tensor {
  return add(x, dropout(layer(norm(x)), rate));
}

/** The options that attention and feed-forward layers take. */
export function innerOptions({ random, heads, headWidth, bias = false, initializer, lora }: TransformerOptions) {
  return {
    random,
    heads,
    bias,
    ...(headWidth !== undefined && { headWidth }),
    ...(initializer !== undefined && { initializer }),
    ...(lora !== undefined && { lora }),
  };
}

export function feedForward(width: number, options: TransformerOptions): Mlp {
  const { lora: _, ...inner } = innerOptions(options);
  return mlp(width, options.hidden, { ...inner, ...(options.activation && { activation: options.activation }) });
}

export const normOf = (width: number, { norm = rmsNorm }: TransformerOptions): Norm => norm(width);
