/**
 * Two-dimensional convolution (cross-correlation, as the field means it), [batch, channels, height, width]. The gradients are
 * written in operators that the runtime is fast at; docs/nn.md has the alternatives and their times.
 */
import { lift, shapeError, showShape, type Parameter, type Shape, type Tensor } from "../tensor.ts";
import { matmul } from "./matmul.ts";
import { sum } from "./reduce.ts";
import { concat, padAxes, reshape, sliceAxes, swapLastAxes, transpose } from "./shape.ts";

export interface ConvolveOptions {
  /** One number per output channel. */
  readonly bias?: Tensor | Parameter | undefined;
  /** Default 1. */
  readonly stride?: number;
  /** Zeros on each side; default 0. */
  readonly padding?: number;
}

interface Geometry {
  readonly stride: number;
  readonly padding: number;
  /** Height and width of the weight. */
  readonly kernel: Shape;
}

/**
 * x [batch, channels, height, width] with weight [outputs, channels, kernel height, kernel width] →
 * [batch, outputs, (height + 2·padding − kernel height) / stride + 1, …], rounded down.
 */
export function convolve2d(x: Tensor, weight: Tensor | Parameter, options: ConvolveOptions = {}): Tensor {
  const { stride = 1, padding = 0 } = options;
  const { graph } = x;
  const w = lift(graph, weight);
  if (x.shape.length !== 4 || w.shape.length !== 4 || x.shape[1] !== w.shape[1])
    throw shapeError("convolve2d", `a weight of shape [outputs, ${x.shape[1]}, height, width]`, showShape(w.shape));
  const geometry = { stride, padding, kernel: w.shape.slice(2) };
  const extent = (axis: number) => outputLength(x.shape[axis]!, w.shape[axis]!, geometry);
  const bias = options.bias === undefined ? [] : [lift(graph, options.bias)];
  return graph.operation("Conv", [x, w, ...bias], {
    shape: [x.shape[0]!, w.shape[0]!, extent(2), extent(3)],
    attributes: attributesOf(geometry),
    backward: (g) => [
      inputGradient(g, w, { ...geometry, shape: x.shape }),
      weightGradient(g, x, geometry),
      ...bias.map(() => sum(g, { axes: [0, 2, 3] })),
    ],
  });
}

/** How many windows of `size` fit. */
function outputLength(length: number, size: number, { stride, padding }: Geometry): number {
  const count = Math.floor((length + 2 * padding - size) / stride) + 1;
  if (count < 1) throw shapeError("convolve2d", `at least ${size} elements with padding`, String(length + 2 * padding));
  return count;
}

const attributesOf = ({ kernel, stride, padding }: Geometry) => ({
  kernel_shape: kernel,
  strides: [stride, stride],
  pads: [padding, padding, padding, padding],
});

/** The adjoint of convolving with w: a transposed convolution, grown by what the stride did not reach. */
function inputGradient(g: Tensor, w: Tensor, geometry: Geometry & { readonly shape: Shape }): Tensor {
  const { shape, kernel, stride, padding } = geometry;
  const missed = [2, 3].map((axis) => (shape[axis]! + 2 * padding - kernel[axis - 2]!) % stride);
  return g.graph.operation("ConvTranspose", [g, w], {
    shape,
    attributes: { ...attributesOf(geometry), output_padding: missed },
  });
}

/** Below this many channels, products by tap would have too few columns to be fast. */
const fewChannels = 16;

/** Σ over batch and positions of g · x at each tap of the kernel: [outputs, channels, ...kernel]. */
function weightGradient(g: Tensor, x: Tensor, geometry: Geometry): Tensor {
  const [outputs, channels] = [g.shape[1]!, x.shape[1]!];
  const byTap = channels < fewChannels ? productByImage(g, x, geometry) : productByTap(g, x, geometry);
  return transpose(reshape(byTap, [outputs, ...geometry.kernel, channels]), [0, 3, 1, 2]);
}

/** All taps side by side as columns, one product per image: [outputs, taps · channels]. */
function productByImage(g: Tensor, x: Tensor, geometry: Geometry): Tensor {
  const [batch, outputs, height, width] = [g.shape[0]!, g.shape[1]!, g.shape[2]!, g.shape[3]!];
  const seen = taps(x, geometry, { axes: [2, 3], lengths: [height, width] });
  const columns = reshape(concat(seen, 1), [batch, seen.length * x.shape[1]!, height * width]);
  return sum(matmul(reshape(g, [batch, outputs, height * width]), swapLastAxes(columns)), { axes: [0] });
}

/** Channels last, one product per tap over the whole batch: [outputs, taps · channels]. */
function productByTap(g: Tensor, x: Tensor, geometry: Geometry): Tensor {
  const [batch, outputs, height, width] = [g.shape[0]!, g.shape[1]!, g.shape[2]!, g.shape[3]!];
  const positions = batch * height * width;
  const rows = reshape(transpose(g, [1, 0, 2, 3]), [outputs, positions]);
  const seen = taps(transpose(x, [0, 2, 3, 1]), geometry, { axes: [1, 2], lengths: [height, width] });
  return concat(
    seen.map((tap) => matmul(rows, reshape(tap, [positions, x.shape[1]!]))),
    1,
  );
}

interface Window {
  /** Height and width in x. */
  readonly axes: readonly number[];
  /** Height and width of the output. */
  readonly lengths: readonly number[];
}

/** What each element of the kernel sees of x at every output position, row by row. */
function taps(x: Tensor, { kernel, stride, padding }: Geometry, { axes, lengths }: Window): Tensor[] {
  const padded = padAxes(
    x,
    axes.map((axis) => ({ axis, before: padding, after: padding })),
  );
  const [height, width] = [kernel[0]!, kernel[1]!];
  return Array.from({ length: height * width }, (_, tap) => {
    const starts = [Math.floor(tap / width), tap % width];
    const ranges = axes.map((axis, i) => ({
      axis,
      start: starts[i]!,
      end: starts[i]! + (lengths[i]! - 1) * stride + 1,
      step: stride,
    }));
    return sliceAxes(padded, ranges);
  });
}
