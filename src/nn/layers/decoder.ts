/**
 * The decoder of a transformer: each position sees what comes before and, through cross-attention, the encoder's output. Without
 * cross-attention it is a language model. `decoder-step.ts` runs it one position at a time.
 */
import { StropError } from "../../core/errors.ts";
import type { Tensor } from "../tensor.ts";
import { attention, type Attention } from "./attention.ts";
import type { Mlp } from "./mlp.ts";
import type { Norm } from "./norm.ts";
import { relativePositions, type RelativePositions } from "./relative-positions.ts";
import { feedForward, innerOptions, normOf, residual, type TransformerOptions } from "./transformer.ts";

export interface DecoderOptions extends TransformerOptions {
  /** Default true. */
  readonly hasCrossAttention?: boolean;
  /** Width of the encoder's output; default the same. */
  readonly memoryWidth?: number;
}

export interface DecoderBlock {
  readonly attentionNorm: Norm;
  readonly attention: Attention;
  readonly cross: { readonly norm: Norm; readonly attention: Attention } | undefined;
  readonly mlpNorm: Norm;
  readonly mlp: Mlp;
}

export interface DecodeOptions {
  /** The encoder's output, [batch, keys, memoryWidth]; needed with cross-attention. */
  readonly memory?: Tensor;
  /** [batch, keys]: 0 at the encoder's padding. */
  readonly memoryMask?: Tensor | undefined;
}

export interface Decoder {
  /** [batch, time, width] → the same shape. */
  (x: Tensor, options?: DecodeOptions): Tensor;
  readonly blocks: readonly DecoderBlock[];
  readonly finalNorm: Norm;
  /** Shared by all blocks. */
  readonly positions: RelativePositions;
}

/** Blocks of causal self-attention, cross-attention and feed-forward layers, and a last norm. */
export function transformerDecoder(width: number, options: DecoderOptions): Decoder {
  const { hasCrossAttention = true, memoryWidth = width } = options;
  const inner = innerOptions(options);
  const positions = relativePositions({ heads: options.heads, isBidirectional: false });
  const crossed = () => ({ norm: normOf(width, options), attention: attention(width, { ...inner, memoryWidth }) });
  const blocks = Array.from({ length: options.layers }, (): DecoderBlock => ({
    attentionNorm: normOf(width, options),
    attention: attention(width, { ...inner, isCausal: true }),
    cross: hasCrossAttention ? crossed() : undefined,
    mlpNorm: normOf(width, options),
    mlp: feedForward(width, options),
  }));
  const parts = { blocks, finalNorm: normOf(width, options), positions };
  const apply = (x: Tensor, { memory, memoryMask }: DecodeOptions = {}): Tensor => {
    const time = x.shape[1]!;
    const bias = positions(x.graph, time, time);
    return runDecoder(parts, x, {
      dropout: options.dropout,
      self: (layer, y) => layer(y, { bias }),
      cross: (layer, y) => layer(y, { memory: given(memory), keyMask: memoryMask }),
    });
  };
  return Object.assign(apply, parts);
}

export interface DecoderViews {
  readonly dropout?: number | undefined;
  /** How a block looks at the positions before, and at the encoder's output. */
  self(layer: Attention, x: Tensor, block: number): Tensor;
  cross(layer: Attention, x: Tensor, block: number): Tensor;
}

/** The residual stream through all blocks, whether for a whole sequence or for one position of it. */
export function runDecoder(
  { blocks, finalNorm }: Pick<Decoder, "blocks" | "finalNorm">,
  x: Tensor,
  { self, cross, dropout }: DecoderViews,
): Tensor {
  const last = blocks.reduce((y, block, index) => {
    const seen = residual(y, block.attentionNorm, (z) => self(block.attention, z, index), dropout);
    const { cross: memory } = block;
    const told =
      memory === undefined ? seen : residual(seen, memory.norm, (z) => cross(memory.attention, z, index), dropout);
    return residual(told, block.mlpNorm, block.mlp, dropout);
  }, x);
  return finalNorm(last);
}

function given(memory: Tensor | undefined): Tensor {
  if (memory !== undefined) return memory;
  throw new StropError("nn.memory", "expected a memory for the decoder's cross-attention, found none", {
    hint: "Pass { memory: encoder(x) }, or build the decoder with hasCrossAttention: false.",
  });
}
