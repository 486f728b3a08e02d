/** Matrix products. Transposes in the backward pass are fused into the product by the runtime. */
import { lift, shapeError, showShape, sizeOf, type Parameter, type Tensor } from "../tensor.ts";
import { broadcast, sumTo } from "./reduce.ts";
import { reshape, swapLastAxes } from "./shape.ts";

/**
 * [..., m, k] × [..., k, n] → [..., m, n], leading axes broadcast. With a plain matrix on the right, the left side's
 * leading axes are folded into its rows, so that one large product is computed instead of many small ones.
 */
export function matmul(a: Tensor, right: Tensor | Parameter): Tensor {
  const b = lift(a.graph, right);
  const fits = a.shape.length >= 2 && b.shape.length >= 2 && a.shape.at(-1) === b.shape.at(-2);
  if (!fits) throw shapeError("matmul", `a right side of shape [..., ${a.shape.at(-1)}, n]`, showShape(b.shape));
  if (b.shape.length === 2 && a.shape.length > 2) {
    const rows = reshape(a, [sizeOf(a.shape.slice(0, -1)), a.shape.at(-1)!]);
    return reshape(product(rows, b), [...a.shape.slice(0, -1), b.shape[1]!]);
  }
  return product(a, b);
}

function product(a: Tensor, b: Tensor): Tensor {
  const leading = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return a.graph.operation("MatMul", [a, b], {
    shape: [...leading, a.shape.at(-2)!, b.shape.at(-1)!],
    backward: (g) => [sumTo(product(g, swapLastAxes(b)), a.shape), sumTo(product(swapLastAxes(a), g), b.shape)],
  });
}
