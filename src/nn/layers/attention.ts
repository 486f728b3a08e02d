/** Causal multi-head self-attention (Vaswani et al. 2017): each position sees itself and what comes before. */
import { add, mul } from "../ops/arithmetic.ts";
import { matmul } from "../ops/matmul.ts";
import { reshape, slice, swapLastAxes, transpose } from "../ops/shape.ts";
import { softmax } from "../ops/softmax.ts";
import { shapeError, type Graph, type Tensor } from "../tensor.ts";
import { linear, type LinearOptions } from "./linear.ts";
import type { Layer } from "./norm.ts";

export interface AttentionOptions extends LinearOptions {
  /** Divides the width. */
  readonly heads: number;
}

/** [batch, time, width] → the same shape. */
export function causalSelfAttention(width: number, options: AttentionOptions): Layer {
  const { heads } = options;
  if (width % heads !== 0)
    throw shapeError("causalSelfAttention", `a number of heads that divides ${width}`, String(heads));
  const project = linear(width, 3 * width, options);
  const output = linear(width, width, options);
  return (x) => {
    const batch = x.shape[0]!;
    const time = x.shape[1]!;
    const projected = project(x);
    const part = (index: number): Tensor => {
      const columns = slice(projected, { axis: -1, start: index * width, end: (index + 1) * width });
      return transpose(reshape(columns, [batch, time, heads, width / heads]), [0, 2, 1, 3]);
    };
    const [query, key, value] = [part(0), part(1), part(2)];
    const scores = mul(matmul(query, swapLastAxes(key)), 1 / Math.sqrt(width / heads));
    const mixed = matmul(softmax(add(scores, causalMask(x.graph, time))), value);
    return output(reshape(transpose(mixed, [0, 2, 1, 3]), [batch, time, width]));
  };
}

/** [time, time]: 0 on and below the diagonal, and above it a number whose exponential is exactly 0. */
const causalMask = (graph: Graph, time: number): Tensor =>
  graph.once(`causal mask ${time}`, () => {
    const cell = (_: unknown, i: number) => (i % time > Math.floor(i / time) ? -1e9 : 0);
    return graph.constant(Float32Array.from({ length: time * time }, cell), [time, time]);
  });
