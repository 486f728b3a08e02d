/** Two linear maps with an activation between them, as in a transformer block. */
import { relu } from "../ops/activation.ts";
import type { Tensor } from "../tensor.ts";
import { linear, type Linear, type LinearOptions } from "./linear.ts";
import type { Layer } from "./norm.ts";

export interface MlpOptions extends LinearOptions {
  /** Default relu. */
  readonly activation?: Layer;
}

export interface Mlp {
  (x: Tensor): Tensor;
  readonly up: Linear;
  readonly down: Linear;
}

/** [..., width] → [..., hidden] → [..., width] */
export function mlp(width: number, hidden: number, options: MlpOptions): Mlp {
  const up = linear(width, hidden, options);
  const down = linear(hidden, width, options);
  const activation = options.activation ?? relu;
  return Object.assign((x: Tensor) => down(activation(up(x))), { up, down });
}
