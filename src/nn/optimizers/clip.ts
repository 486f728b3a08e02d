/** Gradient clipping by the norm of all gradients together (Pascanu, Mikolov & Bengio 2013). */
import { scalar, type Tensor } from "../tensor.ts";
import { add, div, mul } from "../ops/arithmetic.ts";
import { sqrt } from "../ops/elementwise.ts";
import { sum } from "../ops/reduce.ts";

/** √Σg² over every element of every gradient. */
export function globalNorm(gradients: readonly Tensor[]): Tensor {
  const squares = gradients.map((gradient) => sum(mul(gradient, gradient)));
  return sqrt(squares.reduce((total, square) => add(total, square)));
}

/** All gradients scaled by min(1, maximum / norm). */
export function clipByGlobalNorm(gradients: readonly Tensor[], maximum: number): Tensor[] {
  const norm = globalNorm(gradients);
  const { graph } = norm;
  // A norm of 0 divides to infinity, and the minimum with 1 is 1.
  const ratio = graph.operation("Min", [div(maximum, norm), scalar(graph, 1)], { shape: [] });
  return gradients.map((gradient) => mul(gradient, ratio));
}
