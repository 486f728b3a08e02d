/** Rows of a table by number: the look-up behind embeddings. */
import { integers, lift, sizeOf, type Parameter, type Shape, type Tensor } from "../tensor.ts";
import { reshape } from "./shape.ts";

/**
 * Rows of `table` [rows, width] chosen by int32 or int64 `indices` of any shape: [...indices, width].
 * The gradient adds up rows chosen twice with ScatterElements; ScatterND would race (docs/nn.md, "Traps").
 */
export function gather(table: Tensor | Parameter, indices: Tensor): Tensor {
  const { graph } = indices;
  const rows = lift(graph, table);
  const width = rows.shape[1]!;
  return graph.operation("Gather", [rows, indices], {
    shape: [...indices.shape, width],
    attributes: { axis: 0 },
    backward: (g) => [addRows(g, indices, rows), undefined],
  });
}

/** Zeros like `table`, plus each row of g at its index. Written cell by cell in one dimension, which ScatterElements walks faster than two. */
function addRows(g: Tensor, indices: Tensor, table: Tensor): Tensor {
  const { graph } = g;
  const { dtype } = indices;
  const [rows, width] = table.shape as readonly [number, number];
  const count = sizeOf(indices.shape);
  const whole = (values: readonly number[], shape: Shape): Tensor =>
    graph.constant(dtype === "int64" ? BigInt64Array.from(values, BigInt) : Int32Array.from(values), shape);
  const starts = graph.operation("Mul", [reshape(indices, [count, 1]), whole([width], [])], {
    shape: [count, 1],
    dtype,
  });
  const columns = whole([...Array(width).keys()], [width]);
  const cells = graph.operation("Add", [starts, columns], { shape: [count, width], dtype });
  const zeros = graph.operation("ConstantOfShape", [integers(graph, [rows * width])], { shape: [rows * width] });
  const flat = [count * width];
  const sums = graph.operation("ScatterElements", [zeros, reshape(cells, flat), reshape(g, flat)], {
    shape: [rows * width],
    attributes: { axis: 0, reduction: "add" },
  });
  return reshape(sums, table.shape);
}
