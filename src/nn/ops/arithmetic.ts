/** Element-wise arithmetic with NumPy broadcasting, and the mean, which is a sum and a division in one. */
import { integers, lift, type Graph, type Operand, type Tensor } from "../tensor.ts";
import { StropError } from "../../core/errors.ts";
import { broadcast, expand, reduction, sumTo, type ReduceOptions } from "./reduce.ts";
import { reshape } from "./shape.ts";

/** a + b, broadcast; at least one of the two is a tensor, as in all of these. */
export const add = (a: Operand, b: Operand): Tensor => binary("Add", [a, b], (g) => [g, g]);

/** a − b, broadcast. */
export const sub = (a: Operand, b: Operand): Tensor => binary("Sub", [a, b], (g) => [g, neg(g)]);

/** a · b element by element, broadcast; `matmul` is the matrix product. */
export const mul = (a: Operand, b: Operand): Tensor => binary("Mul", [a, b], (g, x, y) => [mul(g, y), mul(g, x)]);

/** a / b, broadcast; by 0 it is infinite or NaN, as numbers are. */
export const div = (a: Operand, b: Operand): Tensor =>
  binary("Div", [a, b], (g, x, y) => {
    const byX = div(g, y);
    return [byX, neg(mul(byX, div(x, y)))];
  });

/** −x. */
export function neg(x: Tensor): Tensor {
  return x.graph.operation("Neg", [x], { shape: x.shape, backward: (g) => [neg(g)] });
}

/** Mean over axes; over all of them it is a scalar. */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  const { axes, keep, kept, shape } = reduction(x, options);
  if (axes.length === 0) return x;
  const count = axes.reduce((product, axis) => product * x.shape[axis]!, 1);
  return x.graph.operation("ReduceMean", [x, integers(x.graph, axes)], {
    shape,
    attributes: { keepdims: keep ? 1 : 0 },
    backward: (g) => [expand(mul(reshape(g, kept), 1 / count), x.shape)],
  });
}

export type BinaryBackward = (gradient: Tensor, a: Tensor, b: Tensor) => readonly [Tensor, Tensor];

export function binary(type: string, [left, right]: readonly [Operand, Operand], backward: BinaryBackward): Tensor {
  const graph = graphOf(left, right);
  const [a, b] = [lift(graph, left), lift(graph, right)];
  return graph.operation(type, [a, b], {
    shape: broadcast(a.shape, b.shape),
    backward: (g) => {
      const [toA, toB] = backward(g, a, b);
      return [sumTo(toA, a.shape), sumTo(toB, b.shape)];
    },
  });
}

function graphOf(...operands: readonly Operand[]): Graph {
  for (const operand of operands) if (typeof operand === "object" && "graph" in operand) return operand.graph;
  throw new StropError("nn.operand", "expected at least one tensor among the operands, found numbers and parameters", {
    hint: "Bind a parameter to a graph with graph.use(parameter).",
  });
}
