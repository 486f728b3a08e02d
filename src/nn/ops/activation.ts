/** Activation functions of neural networks. */
import { scalar, type Tensor } from "../tensor.ts";
import { add, mul } from "./arithmetic.ts";
import { exp, sigmoid, unary } from "./elementwise.ts";

/**
 * max(x, 0); the gradient at 0 is 0. Relu is fused into a convolution. Anywhere else Max is faster as WebAssembly: it never
 * writes over its input, and operators that do run one element after another, with a branch for each.
 */
export function relu(x: Tensor): Tensor {
  if (x.source.kind === "operation" && x.source.type === "Conv") return unary("Relu", x, throughPositive);
  const y: Tensor = x.graph.operation("Max", [x, scalar(x.graph, 0)], {
    shape: x.shape,
    parents: [x],
    backward: (g) => [throughPositive(g, y)],
  });
  return y;
}

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

/** g where y > 0, else 0, for y that is never negative. min(10³⁸·y, 1) is faster than comparing and converting. */
const throughPositive = (g: Tensor, y: Tensor): Tensor =>
  mul(g, y.graph.operation("Min", [mul(y, 1e38), scalar(y.graph, 1)], { shape: y.shape }));
