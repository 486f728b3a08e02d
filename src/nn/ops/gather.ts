/** Rows of a table by number: the look-up behind embeddings. */
import { integers, lift, sizeOf, type Parameter, type Tensor } from "../tensor.ts";
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

/** Zeros like `table`, plus each row of g at its index. */
function addRows(g: Tensor, indices: Tensor, table: Tensor): Tensor {
  const { graph } = g;
  const { shape } = table;
  const flat = [sizeOf(indices.shape), shape[1]!];
  const zeros = graph.operation("ConstantOfShape", [integers(graph, shape)], { shape });
  const column = reshape(indices, [flat[0]!, 1]);
  const spread = graph.operation("Expand", [column, integers(graph, flat)], { shape: flat, dtype: indices.dtype });
  return graph.operation("ScatterElements", [zeros, spread, reshape(g, flat)], {
    shape,
    attributes: { axis: 0, reduction: "add" },
  });
}
