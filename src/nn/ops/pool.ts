/** Pooling over height and width of [batch, channels, height, width]. Windows that would reach over the edge are left out. */
import { integers, shapeError, sizeOf, type Shape, type Tensor } from "../tensor.ts";
import { mean } from "./arithmetic.ts";
import { expand } from "./reduce.ts";
import { reshape } from "./shape.ts";

export interface PoolOptions {
  /** Height and width of a window. */
  readonly size: number;
  /** Default: the size, so that windows do not overlap. */
  readonly stride?: number;
}

/** The largest element of each window; its gradient goes to the first such element. */
export function maxPool2d(x: Tensor, options: PoolOptions): Tensor {
  const { graph } = x;
  const { shape, attributes } = pooled(x, options);
  const y: Tensor = graph.operation("MaxPool", [x], {
    shape,
    attributes,
    backward: (g) => {
      const places = graph.second(y, { shape, dtype: "int64" });
      if (areApart(options)) {
        const inputs = [g, places, integers(graph, x.shape)];
        return [graph.operation("MaxUnpool", inputs, { shape: x.shape, attributes })];
      }
      return [addAt(g, places, x.shape)];
    },
  });
  return y;
}

/** The mean of each window. */
export function averagePool2d(x: Tensor, options: PoolOptions): Tensor {
  const { graph } = x;
  const { shape, attributes } = pooled(x, options);
  const { size, stride = size } = options;
  return graph.operation("AveragePool", [x], {
    shape,
    attributes,
    backward: (g) => {
      const channels = x.shape[1]!;
      const kernel = expand(graph.constant(Float32Array.of(1 / size ** 2), [1, 1, 1, 1]), [channels, 1, size, size]);
      const missed = [2, 3].map((axis) => (x.shape[axis]! - size) % stride);
      const spread = { ...attributes, group: channels, output_padding: missed };
      return [graph.operation("ConvTranspose", [g, kernel], { shape: x.shape, attributes: spread })];
    },
  });
}

/** The mean over height and width: [batch, channels]. */
export const globalAveragePool2d = (x: Tensor): Tensor => mean(x, { axes: [2, 3] });

const areApart = ({ size, stride = size }: PoolOptions): boolean => stride >= size;

function pooled(x: Tensor, { size, stride = size }: PoolOptions) {
  if (x.shape.length !== 4 || x.shape[2]! < size || x.shape[3]! < size)
    throw shapeError(
      "pool",
      `[batch, channels, height, width] of at least ${size} × ${size}`,
      `[${x.shape.join(", ")}]`,
    );
  const shape = x.shape.map((length, axis) => (axis < 2 ? length : Math.floor((length - size) / stride) + 1));
  return { shape, attributes: { kernel_shape: [size, size], strides: [stride, stride] } };
}

/** Zeros, plus each element of g at its place in the flat tensor. */
function addAt(g: Tensor, places: Tensor, shape: Shape): Tensor {
  const { graph } = g;
  const zeros = graph.operation("ConstantOfShape", [integers(graph, [sizeOf(shape)])], { shape: [sizeOf(shape)] });
  const flat = [places, g].map((one) => reshape(one, [sizeOf(g.shape)]));
  const spread = graph.operation("ScatterElements", [zeros, ...flat], {
    shape: [sizeOf(shape)],
    attributes: { axis: 0, reduction: "add" },
  });
  return reshape(spread, shape);
}
