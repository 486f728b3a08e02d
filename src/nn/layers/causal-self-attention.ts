/** Causal multi-head self-attention with one projection for queries, keys and values: the fastest form of the commonest case. */
import { slice } from "../ops/shape.ts";
import { shapeError, type Tensor } from "../tensor.ts";
import { causalBias } from "./attention-bias.ts";
import type { AttentionOptions } from "./attention.ts";
import { attend, joinHeads, splitHeads } from "./heads.ts";
import { linear, type Linear } from "./linear.ts";

export interface CausalSelfAttention {
  /** [batch, time, width] → the same shape. */
  (x: Tensor): Tensor;
  /** To queries, keys and values, side by side. */
  readonly project: Linear;
  readonly output: Linear;
}

export type CausalSelfAttentionOptions = Omit<AttentionOptions, "headWidth" | "memoryWidth" | "isCausal">;

/** Each position sees itself and what comes before. */
export function causalSelfAttention(width: number, options: CausalSelfAttentionOptions): CausalSelfAttention {
  const { heads } = options;
  if (width % heads !== 0)
    throw shapeError("causalSelfAttention", `a number of heads that divides ${width}`, String(heads));
  const project = linear(width, 3 * width, options);
  const output = linear(width, width, options);
  const apply = (x: Tensor): Tensor => {
    const projected = project(x);
    const part = (index: number): Tensor =>
      splitHeads(slice(projected, { axis: -1, start: index * width, end: (index + 1) * width }), heads);
    const memory = { key: part(1), value: part(2) };
    return output(joinHeads(attend(part(0), memory, causalBias(x.graph, x.shape[1]!))));
  };
  return Object.assign(apply, { project, output });
}
