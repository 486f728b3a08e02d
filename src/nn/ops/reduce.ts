/** Sums over axes, and their adjoint: repeating along axes. Together they carry gradients through broadcasting. */
import { integers, sameShape, shapeError, showShape, type Shape, type Tensor } from "../tensor.ts";
import { axisOf, reshape } from "./shape.ts";

export interface ReduceOptions {
  /** Axes to reduce, negative from the last; default all. */
  readonly axes?: readonly number[];
  /** Keep reduced axes with length 1. */
  readonly keep?: boolean;
}

/** Sum over axes; over all of them it is a scalar. */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  const { axes, keep, kept, shape } = reduction(x, options);
  if (axes.length === 0) return x;
  return x.graph.operation("ReduceSum", [x, integers(x.graph, axes)], {
    shape,
    attributes: { keepdims: keep ? 1 : 0 },
    backward: (g) => [expand(reshape(g, kept), x.shape)],
  });
}

/** Repeat axes of length 1 (and missing leading axes) to reach a shape. */
export function expand(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  return x.graph.operation("Expand", [x, integers(x.graph, shape)], {
    shape,
    dtype: x.dtype,
    backward: (g) => [sumTo(g, x.shape)],
  });
}

/** Sum the axes along which `shape` was broadcast to reach x's shape: the adjoint of broadcasting. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const extra = x.shape.length - shape.length;
  const axes = x.shape.flatMap((length, axis) => (axis < extra || shape[axis - extra] !== length ? [axis] : []));
  return axes.length === 0 ? x : reshape(sum(x, { axes }), shape);
}

/** The shape of an element-wise operation on two shapes, by NumPy's rule. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const m = a[axis - rank + a.length] ?? 1;
    const n = b[axis - rank + b.length] ?? 1;
    if (m !== n && m !== 1 && n !== 1) throw shapeError("broadcast", `a shape that fits ${showShape(a)}`, showShape(b));
    return m === 1 ? n : m;
  });
}

/** What a reduction removes and leaves, for operators that reduce. */
export function reduction(x: Tensor, { axes, keep = false }: ReduceOptions) {
  const reduced = (axes ?? x.shape.map((_, axis) => axis)).map((axis) => axisOf(x, axis));
  const kept = x.shape.map((length, axis) => (reduced.includes(axis) ? 1 : length));
  const shape = keep ? kept : x.shape.filter((_, axis) => !reduced.includes(axis));
  return { axes: reduced, keep, kept, shape };
}
