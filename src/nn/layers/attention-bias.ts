/** What is added to attention scores to hide keys: 0 where a key is seen, a number whose exponential is exactly 0 elsewhere. */
import { add, mul, sub } from "../ops/arithmetic.ts";
import { cast } from "../ops/compare.ts";
import { reshape } from "../ops/shape.ts";
import type { Graph, Tensor } from "../tensor.ts";

const hidden = -1e9;

/** [time, time]: hides what lies above the diagonal. */
export const causalBias = (graph: Graph, time: number): Tensor =>
  graph.once(`causal mask ${time}`, () => {
    const cell = (_: unknown, i: number) => (i % time > Math.floor(i / time) ? hidden : 0);
    return graph.constant(Float32Array.from({ length: time * time }, cell), [time, time]);
  });

/** [batch, keys] of bool or 0 and 1 → [batch, 1, 1, keys]: hides keys with 0. */
export function keyBias(mask: Tensor): Tensor {
  const [batch, keys] = [mask.shape[0]!, mask.shape[1]!];
  const seen = reshape(cast(mask, "float32"), [batch, 1, 1, keys]);
  return mask.graph.once(`key bias of ${mask.id}`, () => mul(sub(1, seen), hidden));
}

export function joinBiases(a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.graph.once(`biases ${a.id} ${b.id}`, () => add(a, b));
}
