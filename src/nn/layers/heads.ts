/** The arithmetic of attention, without parameters: split into heads, attend, join. */
import { add, mul, sub } from "../ops/arithmetic.ts";
import { matmul } from "../ops/matmul.ts";
import { sum, sumTo } from "../ops/reduce.ts";
import { reshape, swapLastAxes, transpose } from "../ops/shape.ts";
import { softmax } from "../ops/softmax.ts";
import type { Shape, Tensor } from "../tensor.ts";

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

/**
 * softmax(queries · keysᵀ / √width + bias) · values; all [batch, heads, time, width]. The sum in the softmax's gradient is taken over
 * gradient · output, which is narrower than gradient · shares and gives the same (Dao et al. 2022, FlashAttention, appendix B.2).
 */
export function attend(
  queries: Tensor,
  memory: { readonly key: Tensor; readonly value: Tensor },
  bias?: Tensor,
): Tensor {
  const [batch, heads, time, width] = queries.shape as readonly [number, number, number, number];
  const scoresShape = [batch, heads, time, memory.key.shape[2]!];
  const [query, key, value] = [byHead(queries), byHead(memory.key), byHead(memory.value)];
  const scaled = (left: Tensor, right: Tensor): Tensor => mul(matmul(left, right), 1 / Math.sqrt(width));
  const scores = reshape(scaled(query, swapLastAxes(key)), scoresShape);
  const shares = byHead(softmax(bias === undefined ? scores : add(scores, bias)));
  const output: Tensor = queries.graph.operation("MatMul", [shares, value], {
    shape: query.shape,
    parents: [query, key, value, ...(bias === undefined ? [] : [bias])],
    backward: (g) => {
      const common = sum(mul(g, output), { axes: [-1], keep: true });
      const toScores = mul(shares, sub(matmul(g, swapLastAxes(value)), common));
      const toMemory = [scaled(swapLastAxes(toScores), query), matmul(swapLastAxes(shares), g)];
      return [scaled(toScores, key), ...toMemory, bias && sumTo(reshape(toScores, scoresShape), bias.shape)];
    },
  });
  return reshape(output, queries.shape);
}

/** [batch, heads, time, width] → [batch · heads, time, width]: between here and a product, the runtime folds transposes into it. */
function byHead(x: Tensor): Tensor {
  const [batch, heads, ...rest] = x.shape as readonly [number, number, ...Shape];
  return reshape(x, [batch * heads, ...rest]);
}
