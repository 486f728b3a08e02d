/**
 * Multi-head attention (Vaswani et al. 2017): self or cross, causal or not, with masks of padded keys and biases for positions.
 * Keys and values can be computed apart from the queries (`remember`, `recall`), which is what a key–value cache needs.
 */
import { shapeError, type Tensor } from "../tensor.ts";
import { causalBias, joinBiases, keyBias } from "./attention-bias.ts";
import { attend, joinHeads, splitHeads } from "./heads.ts";
import { linear, type Linear, type LinearOptions } from "./linear.ts";

export interface AttentionOptions extends LinearOptions {
  /** Divides the width, unless `headWidth` is given. */
  readonly heads: number;
  /** Of queries, keys and values; default width / heads. */
  readonly headWidth?: number;
  /** Width of what is attended to; default the same. */
  readonly memoryWidth?: number;
  /** Each position sees itself and what comes before. Default false. */
  readonly isCausal?: boolean;
}

export interface AttendOptions {
  /** What is attended to, [batch, keys, memoryWidth]; default x itself. */
  readonly memory?: Tensor;
  /** [batch, keys], bool or numbers: 0 hides a key, padding say. */
  readonly keyMask?: Tensor | undefined;
  /** Added to the scores; broadcasts to [batch, heads, queries, keys]. */
  readonly bias?: Tensor | undefined;
}

/** Keys and values of what is attended to, [batch, heads, keys, headWidth] each. */
export interface Memory {
  readonly key: Tensor;
  readonly value: Tensor;
}

export interface Attention {
  /** [batch, queries, width] → the same shape. */
  (x: Tensor, options?: AttendOptions): Tensor;
  /** The keys and values of [batch, keys, memoryWidth]. */
  remember(memory: Tensor): Memory;
  /** Attends from [batch, queries, width] to remembered keys and values, without a causal mask. */
  recall(x: Tensor, memory: Memory, options?: Omit<AttendOptions, "memory">): Tensor;
  readonly heads: number;
  readonly headWidth: number;
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly output: Linear;
}

/**
 * Softmax(Q·Kᵀ / √headWidth + biases)·V over `heads` heads, between linear maps of [width] to heads · headWidth and back. Throws
 * StropError `nn.shape` when the heads do not divide the width and no `headWidth` is given.
 */
export function attention(width: number, options: AttentionOptions): Attention {
  const { heads, headWidth = width / heads, memoryWidth = width, isCausal = false } = options;
  if (!Number.isInteger(headWidth))
    throw shapeError("attention", `a number of heads that divides ${width}`, `${heads}`);
  const inner = heads * headWidth;
  const query = linear(width, inner, options);
  const key = linear(memoryWidth, inner, options);
  const value = linear(memoryWidth, inner, options);
  const output = linear(inner, width, options);
  const remember = (memory: Tensor): Memory => ({
    key: splitHeads(key(memory), heads),
    value: splitHeads(value(memory), heads),
  });
  const recall: Attention["recall"] = (x, memory, { keyMask, bias } = {}) => {
    const hidden = keyMask === undefined ? undefined : keyBias(keyMask);
    return output(joinHeads(attend(splitHeads(query(x), heads), memory, joinBiases(bias, hidden))));
  };
  const apply = (x: Tensor, { memory = x, keyMask, bias }: AttendOptions = {}): Tensor => {
    const causal = isCausal ? causalBias(x.graph, x.shape[1]!) : undefined;
    return recall(x, remember(memory), { keyMask, bias: joinBiases(bias, causal) });
  };
  return Object.assign(apply, { remember, recall, heads, headWidth, query, key, value, output });
}
