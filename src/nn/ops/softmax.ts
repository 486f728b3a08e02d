/** Softmax over the last axis, and its logarithm. */
import type { Tensor } from "../tensor.ts";
import { mul, sub } from "./arithmetic.ts";
import { exp } from "./elementwise.ts";
import { sum } from "./reduce.ts";

const overLast = { axes: [-1], keep: true };

/** eˣ / Σ eˣ over the last axis, without overflow; the same shape, sums of 1. */
export function softmax(x: Tensor): Tensor {
  const y: Tensor = x.graph.operation("Softmax", [x], {
    shape: x.shape,
    attributes: { axis: -1 },
    backward: (g) => [mul(y, sub(g, sum(mul(g, y), overLast)))],
  });
  return y;
}

/** ln of the softmax over the last axis; exact where the softmax itself would round to 0. */
export function logSoftmax(x: Tensor): Tensor {
  const y: Tensor = x.graph.operation("LogSoftmax", [x], {
    shape: x.shape,
    attributes: { axis: -1 },
    backward: (g) => [sub(g, mul(exp(y), sum(g, overLast)))],
  });
  return y;
}
