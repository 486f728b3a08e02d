/** The training steps that are raced: each a model with its parameters by name, a loss and a batch. rival.py has the same ones in PyTorch. */
import * as nn from "../../src/nn/index.ts";

export interface Workload {
  readonly name: string;
  /** Parameters are found below it; their names are those that rival.py uses. */
  readonly model: object;
  readonly inputs: nn.InputSpecs;
  readonly loss: (inputs: nn.Tensors) => nn.Tensor;
  readonly batch: Readonly<Record<string, Float32Array | Int32Array>>;
}

const integers = (random: nn.Random, length: number, below: number) =>
  Int32Array.from({ length }, () => random.integer(below));
const normals = (random: nn.Random, length: number) => Float32Array.from({ length }, () => random.normal());

/** 2 + 2 layers, 8 heads, feed-forward 1024, vocabulary 1000, RMS norm, relative positions, tied embedding; 16 × 64 → 16 × 64 tokens. */
function t5(width: number): Workload {
  const random = nn.createRandom("t5");
  const options = { random, layers: 2, heads: 8, hidden: 1024 };
  const model = {
    vectors: nn.embedding(1000, width, { random, initializer: nn.normal(random, 1) }),
    encoder: nn.transformerEncoder(width, options),
    decoder: nn.transformerDecoder(width, options),
  };
  // Biases by position start at 0, where a wrong gradient would be easy to miss.
  for (const { positions } of [model.encoder, model.decoder])
    positions?.weight.data.forEach((_, i, all) => (all[i] = Math.sin(i) / 2));
  const tokens = { shape: [16, 64], dtype: "int32" } as const;
  const { vectors, encoder, decoder } = model;
  return {
    name: `t5-${width}`,
    model,
    inputs: { source: tokens, target: tokens, labels: tokens },
    loss: ({ source, target, labels }) => {
      const hidden = decoder(vectors(target!), { memory: encoder(vectors(source!)) });
      return nn.crossEntropy(vectors.unembed(nn.mul(hidden, width ** -0.5)), labels!);
    },
    batch: Object.fromEntries(["source", "target", "labels"].map((name) => [name, integers(random, 1024, 1000)])),
  };
}

/** 64 × 3 × 32 × 32 images, convolutions to 64 and 128 channels, each with relu and pooling, dense layers of 128 and 10. */
function conv(): Workload {
  const random = nn.createRandom("conv");
  const model = {
    first: nn.conv2d(3, 64, { random }),
    second: nn.conv2d(64, 128, { random }),
    hidden: nn.linear(128 * 8 * 8, 128, { random }),
    head: nn.linear(128, 10, { random }),
  };
  const block = (layer: nn.Layer, x: nn.Tensor) => nn.maxPool2d(nn.relu(layer(x)), { size: 2 });
  return {
    name: "conv",
    model,
    inputs: { images: { shape: [64, 3, 32, 32] }, labels: { shape: [64], dtype: "int32" } },
    loss: ({ images, labels }) => {
      const features = nn.flatten(block(model.second, block(model.first, images!)));
      return nn.crossEntropy(model.head(nn.relu(model.hidden(features))), labels!);
    },
    batch: { images: normals(random, 64 * 3 * 32 * 32), labels: integers(random, 64, 10) },
  };
}

/** Proximal policy optimisation: 256 observations of 64 numbers, tanh layers of 64, 8 actions and a value; clipped loss, entropy bonus. */
function ppo(): Workload {
  const random = nn.createRandom("ppo");
  const model = {
    first: nn.linear(64, 64, { random }),
    second: nn.linear(64, 64, { random }),
    policy: nn.linear(64, 8, { random }),
    value: nn.linear(64, 1, { random }),
  };
  const column = { shape: [256] };
  return {
    name: "ppo",
    model,
    inputs: {
      observations: { shape: [256, 64] },
      actions: { shape: [256], dtype: "int32" },
      before: column,
      advantages: column,
      returns: column,
    },
    loss: ({ observations, actions, before, advantages, returns }) => {
      const hidden = nn.tanh(model.second(nn.tanh(model.first(observations!))));
      const logP = nn.logSoftmax(model.policy(hidden));
      const ratio = nn.exp(nn.sub(nn.pick(logP, actions!), before!));
      const bounded = nn.mul(nn.clamp(ratio, 0.8, 1.2), advantages!);
      const gain = nn.mean(nn.minimum(nn.mul(ratio, advantages!), bounded));
      const entropy = nn.neg(nn.mean(nn.sum(nn.mul(nn.exp(logP), logP), { axes: [-1] })));
      const regression = nn.meanSquaredError(nn.reshape(model.value(hidden), [256]), returns!);
      return nn.sub(nn.mul(regression, 0.5), nn.add(gain, nn.mul(entropy, 0.01)));
    },
    batch: {
      observations: normals(random, 256 * 64),
      actions: integers(random, 256, 8),
      before: normals(random, 256).map((draw) => -2 + 0.3 * draw),
      advantages: normals(random, 256),
      returns: normals(random, 256),
    },
  };
}

export const workloads: readonly Workload[] = [t5(128), t5(256), conv(), ppo()];
