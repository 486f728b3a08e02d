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

/** All axes but the first as one: [batch, ...] → [batch, size]. */
export const flatten = (x: Tensor): Tensor => reshape(x, [x.shape[0]!, sizeOf(x.shape.slice(1))]);

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
export const slice = (x: Tensor, range: Range): Tensor => sliceAxes(x, [range]);

/** The elements within a range along each of several axes; with a `step`, every so many of them and without a gradient. */
export function sliceAxes(x: Tensor, ranges: readonly (Range & { readonly step?: number })[]): Tensor {
  const shape = [...x.shape];
  const cuts = ranges.map(({ axis: given, start, end, step = 1 }) => {
    const axis = axisOf(x, given);
    const length = x.shape[axis]!;
    if (!(start >= 0 && start < end && end <= length))
      throw shapeError("slice", `a range within 0..${length}`, `${start}..${end}`);
    shape[axis] = Math.ceil((end - start) / step);
    return { axis, start, end, step, after: length - end };
  });
  const lists = (["start", "end", "axis", "step"] as const).map((key) => cuts.map((cut) => cut[key]));
  const isDense = cuts.every(({ step }) => step === 1);
  return x.graph.operation("Slice", [x, ...lists.map((list) => integers(x.graph, list))], {
    shape,
    dtype: x.dtype,
    ...(isDense && {
      backward: (g) => [
        padAxes(
          g,
          cuts.map((cut) => ({ ...cut, before: cut.start })),
        ),
      ],
    }),
  });
}

export interface Padding {
  /** Negative counts from the last axis. */
  readonly axis: number;
  readonly before: number;
  readonly after: number;
}

/** Zeros before and after along one axis. */
export const pad = (x: Tensor, padding: Padding): Tensor => padAxes(x, [padding]);

/** Zeros before and after along each of several axes. */
export function padAxes(x: Tensor, paddings: readonly Padding[]): Tensor {
  const [before, after] = [x.shape.map(() => 0), x.shape.map(() => 0)];
  for (const padding of paddings) {
    const axis = axisOf(x, padding.axis);
    before[axis] = padding.before;
    after[axis] = padding.after;
  }
  if ([...before, ...after].every((amount) => amount === 0)) return x;
  return x.graph.operation("Pad", [x, integers(x.graph, [...before, ...after])], {
    shape: x.shape.map((length, axis) => before[axis]! + length + after[axis]!),
    dtype: x.dtype,
    backward: (g) => [
      sliceAxes(
        g,
        x.shape.map((length, axis) => ({ axis, start: before[axis]!, end: before[axis]! + length })),
      ),
    ],
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
