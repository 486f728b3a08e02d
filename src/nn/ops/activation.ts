/** Activation functions of neural networks. */
import type { Tensor } from "../tensor.ts";
import { add, mul } from "./arithmetic.ts";
import { exp, sigmoid, unary } from "./elementwise.ts";

/** max(x, 0); the gradient at 0 is 0. */
export const relu = (x: Tensor): Tensor => unary("Relu", x, (g, y) => mul(g, isPositive(y)));

/** x·Φ(x) with the normal distribution function Φ, exactly (Hendrycks & Gimpel 2016, without the tanh approximation). */
export function gelu(x: Tensor): Tensor {
  const erf = x.graph.operation("Erf", [mul(x, Math.SQRT1_2)], { shape: x.shape });
  const phi = mul(add(erf, 1), 0.5);
  return x.graph.operation("Mul", [x, phi], {
    shape: x.shape,
    parents: [x],
    backward: (g) => {
      const density = mul(exp(mul(mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return [mul(g, add(phi, mul(x, density)))];
    },
  });
}

/** x·σ(x), also called swish. */
export const silu = (x: Tensor): Tensor => mul(x, sigmoid(x));

/** 1 where y > 0, else 0, for y that is never negative: min(10³⁸·y, 1) is faster than comparing and converting. */
const isPositive = (y: Tensor): Tensor =>
  y.graph.operation("HardSigmoid", [y], {
    shape: y.shape,
    attributes: { alpha: { float: 1e38 }, beta: { float: 0 } },
    parents: [],
  });
