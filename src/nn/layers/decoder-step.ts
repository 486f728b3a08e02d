/**
 * A decoder run one position at a time with a key–value cache: what was computed for earlier positions is fed back in. The
 * cache has a fixed length, so that one compiled graph serves every step; a mask hides what is not yet written.
 */
import { StropError } from "../../core/errors.ts";
import { equal, lessOrEqual, where } from "../ops/compare.ts";
import { reshape } from "../ops/shape.ts";
import type { Graph, Shape, Tensor } from "../tensor.ts";
import { joinBiases } from "./attention-bias.ts";
import type { Memory } from "./attention.ts";
import { runDecoder, type Decoder } from "./decoder.ts";

/** Tensors by name: `self.0.key`, `self.0.value`, … of the positions so far; `cross.0.key`, … of the encoder's output. */
export type Cache = Readonly<Record<string, Tensor>>;

export interface CacheSize {
  readonly batch: number;
  /** Positions that can be decoded. */
  readonly length: number;
  /** Positions of the encoder's output; needed with cross-attention. */
  readonly memoryLength?: number;
}

/** Shapes of the cache, by name: what a step is fed besides its symbols. `self.*` start as zeros. */
export function cacheShapes(
  decoder: Decoder,
  { batch, length, memoryLength = 0 }: CacheSize,
): Readonly<Record<string, { readonly shape: Shape }>> {
  const entries = decoder.blocks.flatMap(({ attention, cross }, index) =>
    ["key", "value"].flatMap((part) => {
      const shape = [batch, attention.heads, length, attention.headWidth];
      const own = [[`self.${index}.${part}`, { shape }]] as const;
      return cross === undefined ? own : [...own, [`cross.${index}.${part}`, { shape: shape.with(2, memoryLength) }]];
    }),
  );
  return Object.fromEntries(entries);
}

/** The keys and values of the encoder's output [batch, keys, memoryWidth] for every block, as `cross.*`: computed once. */
export function rememberMemory(decoder: Decoder, memory: Tensor): Cache {
  const entries = decoder.blocks.flatMap(({ cross }, index) =>
    cross === undefined ? [] : named("cross", index, cross.attention.remember(memory)),
  );
  return Object.fromEntries(entries);
}

export interface DecodeStepOptions {
  /** int32 scalar, from 0. Contract: all smaller positions have been decoded with this cache. */
  readonly position: Tensor;
  readonly cache: Cache;
  /** [batch, keys]: 0 at the encoder's padding. */
  readonly memoryMask?: Tensor | undefined;
}

export interface DecodeStep {
  /** [batch, 1, width] */
  readonly output: Tensor;
  /** `self.*` with this position written in: to be fed at the next step. */
  readonly cache: Cache;
}

/** The decoder at one position, x [batch, 1, width]. Equals the row of that position when the whole sequence is decoded at once. */
export function decodeStep(
  decoder: Decoder,
  x: Tensor,
  { position, cache, memoryMask }: DecodeStepOptions,
): DecodeStep {
  const length = cache["self.0.key"]?.shape[2] ?? 0;
  const numbers = counting(x.graph, length);
  const unseen = where(lessOrEqual(numbers, position), 0, -1e9);
  const positions = decoder.positions.at(position, length);
  const written: [string, Tensor][] = [];
  const output = runDecoder(decoder, x, {
    self(layer, y, index) {
      const now = layer.remember(y);
      const before = recalled("self", index, cache);
      const memory = { key: writeAt(before.key, now.key, position), value: writeAt(before.value, now.value, position) };
      written.push(...named("self", index, memory));
      return layer.recall(y, memory, { bias: joinBiases(positions, unseen) });
    },
    cross: (layer, y, index) => layer.recall(y, recalled("cross", index, cache), { keyMask: memoryMask }),
  });
  return { output, cache: Object.fromEntries(written) };
}

/** [batch, heads, length, width] with the row at `position` replaced by [batch, heads, 1, width]. */
function writeAt(cache: Tensor, row: Tensor, position: Tensor): Tensor {
  const length = cache.shape[2]!;
  const here = equal(reshape(counting(cache.graph, length), [length, 1]), position);
  return where(here, row, cache);
}

/** int32 [length]: 0, 1, … */
const counting = (graph: Graph, length: number): Tensor =>
  graph.once(`counting ${length}`, () =>
    graph.constant(
      Int32Array.from({ length }, (_, i) => i),
      [length],
    ),
  );

const named = (kind: string, index: number, { key, value }: Memory): [string, Tensor][] => [
  [`${kind}.${index}.key`, key],
  [`${kind}.${index}.value`, value],
];

function recalled(kind: string, index: number, cache: Cache): Memory {
  const part = (name: string): Tensor => {
    const tensor = cache[`${kind}.${index}.${name}`];
    if (tensor !== undefined) return tensor;
    throw new StropError("nn.cache", `expected ${kind}.${index}.${name} in the decoder's cache, found none`, {
      hint: "Feed what cacheShapes names; cross.* come from rememberMemory.",
    });
  };
  return { key: part("key"), value: part("value") };
}
