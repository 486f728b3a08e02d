/** A learned vector for each of a number of symbols, and its use in reverse as an output layer (weight tying). */
import type { Random } from "../../core/numerics/random.ts";
import { normal, parameter, type Initializer } from "../initialize.ts";
import { gather } from "../ops/gather.ts";
import { matmul } from "../ops/matmul.ts";
import { swapLastAxes } from "../ops/shape.ts";
import type { Parameter, Tensor } from "../tensor.ts";

export interface EmbeddingOptions {
  readonly random: Random;
  /** Default normal with deviation 0.02. */
  readonly initializer?: Initializer;
}

export interface Embedding {
  /** Symbols [...], int32 or int64 → vectors [..., width]. */
  (symbols: Tensor): Tensor;
  /** Vectors [..., width] → their products with every symbol's vector [..., symbols] (Press & Wolf 2017). */
  readonly unembed: (x: Tensor) => Tensor;
  /** [symbols, width] */
  readonly weight: Parameter;
}

/** A learned row of `width` numbers for each of `symbols` symbols; normal with deviation 0.02 at first. */
export function embedding(symbols: number, width: number, options: EmbeddingOptions): Embedding {
  const weight = parameter([symbols, width], options.initializer ?? normal(options.random, 0.02));
  const unembed = (x: Tensor) => matmul(x, swapLastAxes(x.graph.use(weight)));
  return Object.assign((chosen: Tensor) => gather(weight, chosen), { weight, unembed });
}
