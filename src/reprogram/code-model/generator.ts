/**
 * Writes texts: the encoder once, then the decoder one symbol at a time with a key–value cache, for many rows at once. Any
 * symbol may follow any other; nothing here knows what the text is about.
 */
import type { Random } from "../../core/random.ts";
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
import { END, PAD } from "../tokenizer/tokenizer.ts";
import type { BatchSize } from "./batch.ts";
import { sample, type SamplingOptions } from "./sampling.ts";
import { encodeSource, logitsOf, maskOf, type CodeNetwork } from "./structure.ts";

export interface GeneratorOptions extends BatchSize {
  readonly backend: Backend;
}

export interface Generator {
  readonly rows: number;
  /**
   * One text for each row of `source`, int32 [rows, length]: its symbols without the end symbol, at most `length` of them. Row r
   * draws from `randoms[r]`; rows without one are not decoded.
   */
  generate(source: Int32Array, randoms: readonly Random[], options: SamplingOptions): Promise<number[][]>;
  close(): Promise<void>;
}

/** Compiles the network's current values into two inference graphs. */
export async function createGenerator(network: CodeNetwork, options: GeneratorOptions): Promise<Generator> {
  const { backend, rows, length } = options;
  const encoder = await backend.open(encoderModel(network, options));
  const decoder = await backend.open(decoderModel(network, options));
  return {
    rows,
    async generate(source, randoms, sampling) {
      const sources: Value = { dtype: "int32", shape: [rows, length], data: source };
      const cross = await encoder.run({ source: sources });
      const steps = decodingSteps(decoder, { ...cross, source: sources }, emptyCache(network, options));
      return writeRows(steps, randoms, { ...sampling, rows, length });
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

/** Logits [rows, vocabulary] after the given symbols at position 0, 1, …; the cache goes around in two sets of buffers. */
type DecodingStep = (tokens: Int32Array, position: number) => Promise<Float32Array>;

function decodingSteps(decoder: Session, fixed: Values, empty: Values): DecodingStep {
  let cache = empty;
  let spare: Values = Object.fromEntries(
    Object.entries(empty).map(([name, value]) => [nextName(name), { ...value, data: value.data.slice() }]),
  );
  return async (tokens, position) => {
    const token: Value = { dtype: "int32", shape: [tokens.length, 1], data: tokens };
    const at: Value = { dtype: "int32", shape: [], data: Int32Array.of(position) };
    const outputs = await decoder.run({ ...fixed, ...cache, token, position: at }, spare);
    const names = Object.keys(empty);
    spare = Object.fromEntries(names.map((name) => [nextName(name), cache[name]!]));
    cache = Object.fromEntries(names.map((name) => [name, outputs[nextName(name)]!]));
    return float32Of(outputs["logits"]);
  };
}

async function writeRows(
  step: DecodingStep,
  randoms: readonly Random[],
  { rows, length, ...sampling }: SamplingOptions & BatchSize,
): Promise<number[][]> {
  const texts: number[][] = randoms.map(() => []);
  const isEnded = randoms.map(() => false);
  const tokens = new Int32Array(rows).fill(PAD);
  for (let position = 0; position < length && isEnded.includes(false); position++) {
    const logits = await step(tokens, position);
    const size = logits.length / rows;
    for (const [row, random] of randoms.entries()) {
      if (isEnded[row]) continue;
      const token = sample(logits.subarray(row * size, (row + 1) * size), random, sampling);
      isEnded[row] = token === END;
      if (!isEnded[row]) texts[row]!.push(token);
      tokens[row] = token;
    }
  }
  return texts;
}
