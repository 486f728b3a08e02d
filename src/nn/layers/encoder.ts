/** The encoder of a transformer: every position sees every other that is not masked. */
import type { Tensor } from "../tensor.ts";
import { attention, type Attention } from "./attention.ts";
import type { Mlp } from "./mlp.ts";
import type { Norm } from "./norm.ts";
import { relativePositions, type RelativePositions } from "./relative-positions.ts";
import { feedForward, innerOptions, normOf, residual, type TransformerOptions } from "./transformer.ts";

export interface EncoderBlock {
  readonly attentionNorm: Norm;
  readonly attention: Attention;
  readonly mlpNorm: Norm;
  readonly mlp: Mlp;
}

export interface Encoder {
  /** [batch, time, width] → the same shape; `keyMask` [batch, time] is 0 at padding. */
  (x: Tensor, options?: { readonly keyMask?: Tensor | undefined }): Tensor;
  readonly blocks: readonly EncoderBlock[];
  readonly finalNorm: Norm;
  /** Shared by all blocks. */
  readonly positions: RelativePositions;
}

/** Blocks of self-attention and feed-forward layers, and a last norm. */
export function transformerEncoder(width: number, options: TransformerOptions): Encoder {
  const positions = relativePositions({ heads: options.heads, isBidirectional: true });
  const blocks = Array.from({ length: options.layers }, (): EncoderBlock => ({
    attentionNorm: normOf(width, options),
    attention: attention(width, innerOptions(options)),
    mlpNorm: normOf(width, options),
    mlp: feedForward(width, options),
  }));
  const finalNorm = normOf(width, options);
  const apply: (...args: Parameters<Encoder>) => Tensor = (x, { keyMask } = {}) => {
    const time = x.shape[1]!;
    const bias = positions(x.graph, time, time);
    const last = blocks.reduce((y, block) => {
      const seen = residual(y, block.attentionNorm, (z) => block.attention(z, { keyMask, bias }), options.dropout);
      return residual(seen, block.mlpNorm, block.mlp, options.dropout);
    }, x);
    return finalNorm(last);
  };
  return Object.assign(apply, { blocks, finalNorm, positions });
}
