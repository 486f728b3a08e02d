/** Element-wise functions of one tensor whose derivative is a short formula of input and output. */
import type { Tensor } from "../tensor.ts";
import { div, mul, neg, sub } from "./arithmetic.ts";

/** eˣ; infinite from about 88.7 on. */
export const exp = (x: Tensor): Tensor => unary("Exp", x, (g, y) => mul(g, y));

/** ln x; −∞ at 0, NaN below. */
export const log = (x: Tensor): Tensor => unary("Log", x, (g) => div(g, x));

/** √x; NaN below 0, and its gradient is infinite at 0. */
export const sqrt = (x: Tensor): Tensor => unary("Sqrt", x, (g, y) => div(mul(g, 0.5), y));

/** 1 / x; infinite at 0. */
export const reciprocal = (x: Tensor): Tensor => unary("Reciprocal", x, (g, y) => neg(mul(g, mul(y, y))));

/** (e²ˣ − 1) / (e²ˣ + 1), in [−1, 1]. */
export const tanh = (x: Tensor): Tensor => unary("Tanh", x, (g, y) => mul(g, sub(1, mul(y, y))));

/** 1 / (1 + e⁻ˣ), in [0, 1]. */
export const sigmoid = (x: Tensor): Tensor => unary("Sigmoid", x, (g, y) => mul(g, mul(y, sub(1, y))));

/** |x|; the gradient at 0 is 0. */
export const abs = (x: Tensor): Tensor =>
  unary("Abs", x, (g) => mul(g, x.graph.operation("Sign", [x], { shape: x.shape })));

/** ln(1 + eˣ), without overflow. */
export const softplus = (x: Tensor): Tensor => unary("Softplus", x, (g) => mul(g, sigmoid(x)));

/** An ONNX operator on each element; `derivative(g, y)` gives the gradient of x from the one of y. */
export function unary(type: string, x: Tensor, derivative: (gradient: Tensor, output: Tensor) => Tensor): Tensor {
  const y: Tensor = x.graph.operation(type, [x], { shape: x.shape, backward: (g) => [derivative(g, y)] });
  return y;
}
