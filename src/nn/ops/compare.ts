/** Comparisons, choices between two tensors, and what is built on them. Truth values are tensors of type bool. */
import { dtypeCodes } from "../onnx/encode.ts";
import { lift, scalar, shapeError, showShape, type DType, type Operand, type Tensor } from "../tensor.ts";
import { binary } from "./arithmetic.ts";
import { broadcast, expand, sumTo } from "./reduce.ts";
import { reshape } from "./shape.ts";

/** Whether a = b, element by element, for numbers of any one type. */
export const equal = (a: Tensor, b: Tensor | number): Tensor => test("Equal", a, b);
/** Whether a < b. */
export const less = (a: Tensor, b: Tensor | number): Tensor => test("Less", a, b);
/** Whether a ≤ b. */
export const lessOrEqual = (a: Tensor, b: Tensor | number): Tensor => test("LessOrEqual", a, b);
/** Whether a > b. */
export const greater = (a: Tensor, b: Tensor | number): Tensor => test("Greater", a, b);

function test(type: string, a: Tensor, b: Tensor | number): Tensor {
  const right = typeof b === "number" ? numberLike(a, b) : b;
  return a.graph.operation(type, [a, right], { shape: broadcast(a.shape, right.shape), dtype: "bool", parents: [] });
}

/** A constant of rank 0 in the type of `x`. */
function numberLike({ graph, dtype }: Tensor, value: number): Tensor {
  if (dtype === "float32") return scalar(graph, value);
  const data = dtype === "int64" ? BigInt64Array.of(BigInt(value)) : Int32Array.of(value);
  return graph.once(`${dtype} ${value}`, () => graph.constant(data, []));
}

/** [g, 0] where the condition holds, [0, g] elsewhere. */
function chosen(g: Tensor, condition: Tensor): readonly [Tensor, Tensor] {
  return [where(condition, g, 0), where(condition, 0, g)];
}

/** The same numbers in another type; no gradient flows through it. */
export const cast = (x: Tensor, dtype: DType): Tensor =>
  x.dtype === dtype
    ? x
    : x.graph.operation("Cast", [x], { shape: x.shape, dtype, attributes: { to: dtypeCodes[dtype] }, parents: [] });

/** `a` where the condition holds, else `b`; all three broadcast. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const { graph } = condition;
  const [x, y] = [lift(graph, a), lift(graph, b)];
  const shape = broadcast(condition.shape, broadcast(x.shape, y.shape));
  return graph.operation("Where", [condition, x, y], {
    shape,
    dtype: x.dtype,
    parents: [x, y],
    backward: (g) => [
      sumTo(graph.operation("Where", [condition, g, scalar(graph, 0)], { shape }), x.shape),
      sumTo(graph.operation("Where", [condition, scalar(graph, 0), g], { shape }), y.shape),
    ],
  });
}

/** The smaller of two, element by element; where they are equal the gradient goes to `a`. */
export const minimum = (a: Operand, b: Operand): Tensor =>
  binary("Min", [a, b], (g, x, y) => chosen(g, lessOrEqual(x, y)));

/** The larger of two, element by element; where they are equal the gradient goes to `a`. */
export const maximum = (a: Operand, b: Operand): Tensor =>
  binary("Max", [a, b], (g, x, y) => chosen(g, lessOrEqual(y, x)));

/** Limited to [low, high]; outside, the gradient is 0. */
export const clamp = (x: Tensor, low: number, high: number): Tensor => minimum(maximum(x, low), high);

/** The same values as constants: no gradient flows back. */
export const stopGradient = (x: Tensor): Tensor =>
  x.graph.operation("Identity", [x], { shape: x.shape, dtype: x.dtype, parents: [] });

/** One element of the last axis per row: [..., n] and int32 or int64 indices [...] → [...]. */
export function pick(x: Tensor, indices: Tensor): Tensor {
  const rows = x.shape.slice(0, -1);
  if (rows.join() !== indices.shape.join())
    throw shapeError("pick", `indices of shape ${showShape(rows)}`, showShape(indices.shape));
  const { graph } = x;
  const at = reshape(indices, [...rows, 1]);
  const zeros = () => expand(scalar(graph, 0), x.shape);
  const column = graph.operation("GatherElements", [x, at], {
    shape: at.shape,
    attributes: { axis: -1 },
    parents: [x],
    backward: (g) => [
      graph.operation("ScatterElements", [zeros(), at, g], { shape: x.shape, attributes: { axis: -1 } }),
    ],
  });
  return reshape(column, rows);
}
