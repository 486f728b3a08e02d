/** Softmax over the last axis, and its logarithm. */
import type { Tensor } from "../tensor.ts";
import { mul, sub } from "./arithmetic.ts";
import { exp } from "./elementwise.ts";
import { sum } from "./reduce.ts";

const overLast = { axes: [-1], keep: true };

export function softmax(x: Tensor): Tensor {
  const y: Tensor = x.graph.operation("Softmax", [x], {
    shape: x.shape,
    attributes: { axis: -1 },
    backward: (g) => [mul(y, sub(g, sum(mul(g, y), overLast)))],
  });
  return y;
}

export function logSoftmax(x: Tensor): Tensor {
  const y: Tensor = x.graph.operation("LogSoftmax", [x], {
    shape: x.shape,
    attributes: { axis: -1 },
    backward: (g) => [sub(g, mul(exp(y), sum(g, overLast)))],
  });
  return y;
}
