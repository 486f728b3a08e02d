/**
 * The network of a code model: a T5-like encoder–decoder (Raffel et al. 2020) as a design says, with relative positions, one
 * embedding for sources, targets and output, and a width that the host chooses.
 */
import {
  cast,
  embedding,
  equal,
  gelu,
  mul,
  normal,
  relu,
  silu,
  sub,
  transformerDecoder,
  transformerEncoder,
  type Decoder,
  type Embedding,
  type Encoder,
  type LoraOptions,
  type Parameter,
  type Random,
  type RelativePositions,
  type Tensor,
} from "../../nn/index.ts";
import type { TransformerDesign } from "../design/design.ts";
import { headWidthOf } from "../design/limits.ts";
import { PAD } from "../tokenizer/tokenizer.ts";

export interface CodeNetwork {
  readonly embedding: Embedding;
  readonly encoder: Encoder;
  readonly decoder: Decoder;
}

export interface CodeNetworkOptions {
  readonly vocabulary: number;
  /** d_model */
  readonly width: number;
  readonly random: Random;
  /** Adapters on the attention's maps, which are frozen then. */
  readonly lora?: LoraOptions;
}

const activations = { relu, gelu, silu };

export function codeNetwork(
  design: TransformerDesign,
  { vocabulary, width, random, lora }: CodeNetworkOptions,
): CodeNetwork {
  const shared = {
    random,
    heads: design.heads,
    headWidth: headWidthOf(width, design.heads),
    hidden: design.feedForward,
    activation: activations[design.activation ?? "relu"],
    dropout: design.dropout ?? 0,
    ...(lora && { lora }),
  };
  const encoder = transformerEncoder(width, { ...shared, layers: design.encoderLayers });
  const decoder = transformerDecoder(width, { ...shared, layers: design.decoderLayers });
  preferNear(encoder.positions, BUCKETS / 2);
  preferNear(decoder.positions, BUCKETS);
  return { embedding: embedding(vocabulary, width, { random, initializer: normal(random, 1) }), encoder, decoder };
}

/** Of relative positions; an encoder has half of them for each direction. */
const BUCKETS = 32;

/**
 * Biases of positions start as in ALiBi (Press et al. 2022) instead of as zeros: the first head looks at its neighbours, the last one
 * at everything. Copying a number needs heads that find their neighbours, which from zeros takes several times as many steps.
 */
function preferNear({ weight }: RelativePositions, perDirection: number): void {
  const { shape, data } = weight;
  const heads = shape[1]!;
  for (const i of data.keys()) {
    const [bucket, head] = [Math.floor(i / heads) % perDirection, i % heads];
    data[i] = -bucket * 2 ** ((-7 * head) / Math.max(1, heads - 1));
  }
}

/** The parameters that are looked up in rather than multiplied with. */
export function tablesOf({ embedding: vectors, encoder, decoder }: CodeNetwork): ReadonlySet<Parameter> {
  return new Set([vectors.weight, encoder.positions.weight, decoder.positions.weight]);
}

/** int32 [batch, time] → [batch, time], 0 at padding. */
export const maskOf = (tokens: Tensor): Tensor => sub(1, cast(equal(tokens, PAD), "float32"));

/** int32 [batch, keys] → [batch, keys, width] */
export const encodeSource = ({ embedding: vectors, encoder }: CodeNetwork, source: Tensor): Tensor =>
  encoder(vectors(source), { keyMask: maskOf(source) });

/** [..., width] → [..., vocabulary]; the embedding's vectors have length √width, so the products are scaled back. */
export const logitsOf = ({ embedding: vectors }: CodeNetwork, x: Tensor): Tensor =>
  vectors.unembed(mul(x, 1 / Math.sqrt(x.shape.at(-1)!)));

/** What the decoder makes of `previous`, int32 [batch, time], place by place (teacher forcing): [batch, time, width]. */
export function decodeAll(
  network: CodeNetwork,
  { source, previous }: { readonly source: Tensor; readonly previous: Tensor },
): Tensor {
  const memory = encodeSource(network, source);
  return network.decoder(network.embedding(previous), { memory, memoryMask: maskOf(source) });
}

/** Logits [batch, time, vocabulary] for the symbol after each of `previous`. */
export const predict = (network: CodeNetwork, texts: Parameters<typeof decodeAll>[1]): Tensor =>
  logitsOf(network, decodeAll(network, texts));
