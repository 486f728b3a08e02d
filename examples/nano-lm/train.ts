/**
 * The program: a byte-level language model, how it is trained, and for how long. Everything in this file may be edited.
 * What must stay: train within the budget that `trial.report` counts down, and leave `model.onnx`, which maps bytes
 * [rows, context] to logits [rows, context, 256] for the next byte. The score is bits per byte on text not seen here.
 */
import {
  adamW,
  add,
  causalSelfAttention,
  createRandom,
  createTrainer,
  crossEntropy,
  embedding,
  exportModel,
  fanIn,
  gelu,
  layerNorm,
  linear,
  mlp,
  normal,
  pad,
  parameter,
  relu,
  rmsNorm,
  sgd,
  silu,
  slice,
  wasmBackend,
  type Random,
  type Tensor,
} from "strop/nn";
import type { Trial } from "strop/task";
import { createBatches } from "./prepare.ts";

// The model: a transformer of `layers` blocks, each attention and a perceptron around a residual stream of `width`.
const layers = 2;
const heads = 4;
const headWidth = 16;
const width = heads * headWidth;
const hidden = 256;
const context = 64;
const recentBytes = 2; // that each position reads directly, its own included
const activation = "relu" as "relu" | "gelu" | "silu";
const normalization = "layer" as "layer" | "rms";
const bias = true;
const tiedOutput = false;
const embeddingScale = 0.1;
const weightScale = 0.5; // 1 keeps the variance of a layer's input

// The optimiser.
const batchSize = 8;
const optimizer = "adamw" as "adamw" | "sgd";
const learningRate = 0.0005;
const schedule = "constant" as "constant" | "linear" | "cosine";
const warmupSteps = 20;
const beta1 = 0.9;
const beta2 = 0.999;
const weightDecay = 0.01;
const momentum = 0.9;
const clipNorm = 10;

export default async function train(trial: Trial): Promise<void> {
  const random = createRandom(trial.seed);
  const model = createModel(random);
  const bytes = { shape: [batchSize, context], dtype: "int32" } as const;
  const trainer = await createTrainer({
    backend: wasmBackend(trial.assets),
    inputs: { bytes, next: bytes },
    loss: (inputs) => crossEntropy(model(inputs.bytes), inputs.next),
    optimizer: optimizer === "sgd" ? sgd({ momentum }) : adamW({ beta1, beta2, weightDecay }),
    clipNorm,
  });
  const nextBatch = createBatches(trial.data["data/train.txt"], { batchSize, context, random });

  let progress = 0;
  for (let step = 1; progress < 1; step++) {
    const loss = await trainer.step(nextBatch(), rateAt(step, progress));
    const { remainingSeconds } = await trial.report({ step, loss });
    progress = 1 - remainingSeconds / trial.trainSeconds;
  }

  trainer.sync();
  const onnx = exportModel({ inputs: { bytes }, outputs: (inputs) => ({ logits: model(inputs.bytes) }) });
  await trial.save("model.onnx", onnx);
}

/** The learning rate of a step; `progress` is the part of the budget that is spent, from 0 to 1. */
function rateAt(step: number, progress: number): number {
  const warmup = Math.min(1, step / Math.max(1, warmupSteps));
  if (schedule === "linear") return learningRate * warmup * (1 - progress);
  if (schedule === "cosine") return learningRate * warmup * 0.5 * (1 + Math.cos(Math.PI * progress));
  return learningRate * warmup;
}

/** Bytes [rows, context] → logits of the next byte [rows, context, 256]. */
function createModel(random: Random): (bytes: Tensor) => Tensor {
  const activate = { relu, gelu, silu }[activation];
  const norm = { layer: layerNorm, rms: rmsNorm }[normalization];
  const initializer = fanIn(random, weightScale);
  const embeddings = Array.from({ length: recentBytes }, () =>
    embedding(256, width, { random, initializer: normal(random, embeddingScale) }),
  );
  const positions = parameter([context, width], normal(random, embeddingScale));
  const blocks = Array.from({ length: layers }, () => ({
    attentionNorm: norm(width),
    attention: causalSelfAttention(width, { heads, random, bias, initializer }),
    perceptronNorm: norm(width),
    perceptron: mlp(width, hidden, { activation: activate, random, bias, initializer }),
  }));
  const lastNorm = norm(width);
  const head = tiedOutput ? embeddings[0]!.unembed : linear(width, 256, { random, bias, initializer });
  return (bytes) => {
    const seen = embeddings.map((embed, distance) => delay(embed(bytes), distance));
    let x = add(
      seen.reduce((sum, vectors) => add(sum, vectors)),
      positions,
    );
    for (const block of blocks) {
      x = add(x, block.attention(block.attentionNorm(x)));
      x = add(x, block.perceptron(block.perceptronNorm(x)));
    }
    return head(lastNorm(x));
  };
}

/** [rows, context, width] moved `distance` positions later, zeros coming in. */
function delay(x: Tensor, distance: number): Tensor {
  return distance === 0
    ? x
    : slice(pad(x, { axis: 1, before: distance, after: 0 }), { axis: 1, start: 0, end: context });
}
