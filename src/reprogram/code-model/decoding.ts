/**
 * Decoding with a key–value cache: the encoder runs once, then the decoder for one position of all rows at a time, as two
 * compiled graphs with the network's values written in.
 */
import {
  cacheShapes,
  decodeStep,
  exportModel,
  float32Of,
  rememberMemory,
  type Backend,
  type InputSpec,
  type Session,
  type Tensor,
  type Value,
  type Values,
} from "../../nn/index.ts";
import type { BatchSize } from "./batch.ts";
import { encodeSource, logitsOf, maskOf, type CodeNetwork } from "./structure.ts";

/**
 * Logits [rows, vocabulary] for what follows `tokens`, int32 [rows], at `position`. Contract: called for positions 0, 1, … in
 * order; the result is to be read before the next call.
 */
export type DecodingStep = (tokens: Int32Array, position: number) => Promise<Float32Array>;

export interface Decoding extends BatchSize {
  /** Encodes `source`, int32 [rows, length], and starts at position 0. One at a time. */
  begin(source: Int32Array): Promise<DecodingStep>;
  close(): Promise<void>;
}

/** Compiles the network with the values that its parameters have now. */
export async function openDecoding(
  network: CodeNetwork,
  { backend, ...size }: BatchSize & { readonly backend: Backend },
): Promise<Decoding> {
  const encoder = await backend.open(encoderModel(network, size));
  const decoder = await backend.open(decoderModel(network, size));
  return {
    ...size,
    async begin(data) {
      const source: Value = { dtype: "int32", shape: [size.rows, size.length], data };
      const cross = await encoder.run({ source });
      return decodingSteps(decoder, { ...cross, source }, emptyCache(network, size));
    },
    close: async () => void (await Promise.all([encoder.close(), decoder.close()])),
  };
}

/** source → cross.*: keys and values of every decoder block. */
const encoderModel = (network: CodeNetwork, { rows, length }: BatchSize): Uint8Array =>
  exportModel({
    inputs: { source: { shape: [rows, length], dtype: "int32" } },
    outputs: ({ source }) => rememberMemory(network.decoder, encodeSource(network, source)),
  });

/** token, position, source (for its mask), cross.*, self.* → logits, next self.* */
function decoderModel(network: CodeNetwork, { rows, length }: BatchSize): Uint8Array {
  const caches = cacheShapes(network.decoder, { batch: rows, length, memoryLength: length });
  const inputs: Record<string, InputSpec> = {
    token: { shape: [rows, 1], dtype: "int32" },
    position: { shape: [], dtype: "int32" },
    source: { shape: [rows, length], dtype: "int32" },
    ...caches,
  };
  return exportModel({
    inputs,
    outputs: (made) => {
      const given = (name: string): Tensor => made[name]!;
      const { output, cache } = decodeStep(network.decoder, network.embedding(given("token")), {
        position: given("position"),
        cache: Object.fromEntries(Object.keys(caches).map((name) => [name, given(name)])),
        memoryMask: maskOf(given("source")),
      });
      const renamed = Object.entries(cache).map(([name, tensor]) => [nextName(name), tensor] as const);
      return { logits: logitsOf(network, output), ...Object.fromEntries(renamed) };
    },
  });
}

const nextName = (name: string): string => `next.${name}`;

/** self.* before anything is decoded. */
function emptyCache({ decoder }: CodeNetwork, { rows, length }: BatchSize): Values {
  const shapes = Object.entries(cacheShapes(decoder, { batch: rows, length, memoryLength: length }));
  const own = shapes.filter(([name]) => name.startsWith("self."));
  return Object.fromEntries(
    own.map(([name, { shape }]) => [
      name,
      { dtype: "float32", shape, data: new Float32Array(shape.reduce((size, n) => size * n, 1)) },
    ]),
  );
}

/** The cache goes around in two sets of buffers. */
function decodingSteps(decoder: Session, fixed: Values, empty: Values): DecodingStep {
  const names = Object.keys(empty);
  let cache = empty;
  let spare: Values = Object.fromEntries(
    Object.entries(empty).map(([name, value]) => [nextName(name), { ...value, data: value.data.slice() }]),
  );
  return async (tokens, position) => {
    const token: Value = { dtype: "int32", shape: [tokens.length, 1], data: tokens };
    const at: Value = { dtype: "int32", shape: [], data: Int32Array.of(position) };
    const outputs = await decoder.run({ ...fixed, ...cache, token, position: at }, spare);
    spare = Object.fromEntries(names.map((name) => [nextName(name), cache[name]!]));
    cache = Object.fromEntries(names.map((name) => [name, outputs[nextName(name)]!]));
    return float32Of(outputs["logits"]);
  };
}
