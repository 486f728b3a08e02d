/** The arithmetic of attention, without parameters: split into heads, attend, join. */
import { add } from "../ops/arithmetic.ts";
import { matmul } from "../ops/matmul.ts";
import { reshape, swapLastAxes, transpose } from "../ops/shape.ts";
import { softmax } from "../ops/softmax.ts";
import type { Tensor } from "../tensor.ts";

/** [batch, time, heads · width] → [batch, heads, time, width] */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, time, width] = [x.shape[0]!, x.shape[1]!, x.shape[2]!];
  return transpose(reshape(x, [batch, time, heads, width / heads]), [0, 2, 1, 3]);
}

/** [batch, heads, time, width] → [batch, time, heads · width] */
export function joinHeads(x: Tensor): Tensor {
  const [batch, heads, time, width] = [x.shape[0]!, x.shape[1]!, x.shape[2]!, x.shape[3]!];
  return reshape(transpose(x, [0, 2, 1, 3]), [batch, time, heads * width]);
}

/** softmax(queries · keysᵀ + bias) · values; the queries are already scaled. */
export function attend(
  queries: Tensor,
  { key, value }: { readonly key: Tensor; readonly value: Tensor },
  bias?: Tensor,
): Tensor {
  const scores = matmul(queries, swapLastAxes(key));
  return matmul(softmax(bias === undefined ? scores : add(scores, bias)), value);
}
