/** Two linear maps with an activation between them, as in a transformer block. */
import { relu } from "../ops/activation.ts";
import { linear, type LinearOptions } from "./linear.ts";
import type { Layer } from "./norm.ts";

export interface MlpOptions extends LinearOptions {
  /** Default relu. */
  readonly activation?: Layer;
}

/** [..., width] → [..., hidden] → [..., width] */
export function mlp(width: number, hidden: number, options: MlpOptions): Layer {
  const up = linear(width, hidden, options);
  const down = linear(hidden, width, options);
  const activation = options.activation ?? relu;
  return (x) => down(activation(up(x)));
}
