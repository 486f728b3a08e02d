/** Operators that move elements without computing: reshape, transpose, slice, concatenate; and pad, the adjoint of slice. */
import { integers, sameShape, shapeError, showShape, sizeOf, type Shape, type Tensor } from "../tensor.ts";

/** The same elements in row-major order under another shape. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  if (sizeOf(x.shape) !== sizeOf(shape))
    throw shapeError("reshape", `as many elements as ${showShape(x.shape)}`, showShape(shape));
  return x.graph.operation("Reshape", [x, integers(x.graph, shape)], {
    shape,
    dtype: x.dtype,
    backward: (g) => [reshape(g, x.shape)],
  });
}

/** Axis `i` of the result is axis `order[i]` of x. */
export function transpose(x: Tensor, order: readonly number[]): Tensor {
  const isPermutation = order.length === x.shape.length && x.shape.every((_, axis) => order.includes(axis));
  if (!isPermutation) throw shapeError("transpose", `an order of the ${x.shape.length} axes`, showShape(order));
  const inverse = order.map((_, axis) => order.indexOf(axis));
  return x.graph.operation("Transpose", [x], {
    shape: order.map((axis) => x.shape[axis]!),
    dtype: x.dtype,
    attributes: { perm: order },
    backward: (g) => [transpose(g, inverse)],
  });
}

/** The last two axes swapped: [..., m, n] → [..., n, m]. */
export function swapLastAxes(x: Tensor): Tensor {
  const rank = x.shape.length;
  const axes = x.shape.map((_, axis) => axis);
  return transpose(x, [...axes.slice(0, -2), rank - 1, rank - 2]);
}

export interface Range {
  /** Negative counts from the last axis. */
  readonly axis: number;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** The elements with `start` <= index < `end` along one axis. */
export function slice(x: Tensor, range: Range): Tensor {
  const axis = axisOf(x, range.axis);
  const length = x.shape[axis]!;
  const { start, end } = range;
  if (!(start >= 0 && start < end && end <= length))
    throw shapeError("slice", `a range within 0..${length}`, `${start}..${end}`);
  return x.graph.operation("Slice", [x, ...[[start], [end], [axis]].map((list) => integers(x.graph, list))], {
    shape: x.shape.with(axis, end - start),
    dtype: x.dtype,
    backward: (g) => [pad(g, { axis, before: start, after: length - end })],
  });
}

/** Zeros before and after along one axis. */
export function pad(x: Tensor, { axis, before, after }: { axis: number; before: number; after: number }): Tensor {
  const length = x.shape[axis]!;
  const amounts = [before, after].flatMap((amount) => x.shape.map((_, i) => (i === axis ? amount : 0)));
  return x.graph.operation("Pad", [x, integers(x.graph, amounts)], {
    shape: x.shape.with(axis, before + length + after),
    dtype: x.dtype,
    backward: (g) => [slice(g, { axis, start: before, end: before + length })],
  });
}

/** Tensors of equal shape apart from `axis`, one after the other along it. */
export function concat(parts: readonly Tensor[], axis: number): Tensor {
  const [first] = parts;
  if (first === undefined) throw shapeError("concat", "at least one tensor", "none");
  const along = axisOf(first, axis);
  for (const part of parts)
    if (!sameShape(part.shape.with(along, 0), first.shape.with(along, 0)))
      throw shapeError(
        "concat",
        `shapes equal to ${showShape(first.shape)} but for axis ${along}`,
        showShape(part.shape),
      );
  const ends: number[] = [];
  for (const part of parts) ends.push((ends.at(-1) ?? 0) + part.shape[along]!);
  return first.graph.operation("Concat", parts, {
    shape: first.shape.with(along, ends.at(-1)!),
    dtype: first.dtype,
    attributes: { axis: along },
    backward: (g) => parts.map((_, i) => slice(g, { axis: along, start: ends[i - 1] ?? 0, end: ends[i]! })),
  });
}

/** A possibly negative axis as an index into the shape. */
export function axisOf(x: Tensor, axis: number): number {
  const index = axis < 0 ? axis + x.shape.length : axis;
  if (x.shape[index] === undefined) throw shapeError("axis", `an axis of ${showShape(x.shape)}`, String(axis));
  return index;
}
