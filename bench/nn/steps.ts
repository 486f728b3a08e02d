/**
 * Milliseconds of one training step (forward, backward, clipping, AdamW) of a small transformer on every backend, and how
 * far the backends' losses are apart.
 *
 *     node bench/nn/steps.ts [--width 64] [--layers 2] [--batch 8] [--time 64] [--steps 40]
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import * as nn from "../../src/nn/index.ts";

const option = (fallback: number) => ({ type: "string", default: String(fallback) }) as const;
const { values } = parseArgs({
  options: { width: option(64), layers: option(2), batch: option(8), time: option(64), steps: option(40) },
});
const [width = 0, layers = 0, batch = 0, time = 0, steps = 0] = [
  values.width,
  values.layers,
  values.batch,
  values.time,
  values.steps,
].map(Number);

function transformer(random: nn.Random): nn.Layer {
  const vectors = nn.embedding(256, width, { random });
  const residual =
    (norm: nn.Layer, layer: nn.Layer): nn.Layer =>
    (x) =>
      nn.add(x, layer(norm(x)));
  const blocks = Array.from({ length: layers }, () => [
    residual(nn.layerNorm(width), nn.causalSelfAttention(width, { heads: width / 16, random })),
    residual(nn.layerNorm(width), nn.mlp(width, 4 * width, { random })),
  ]).flat();
  const head = nn.linear(width, 256, { random });
  return (bytes) => head(blocks.reduce((x, block) => block(x), vectors(bytes)));
}

async function measure(backend: nn.Backend) {
  const random = nn.createRandom(1);
  const model = transformer(random);
  const bytes = { shape: [batch, time], dtype: "int32" } as const;
  const start = performance.now();
  const trainer = await nn.createTrainer({
    backend,
    inputs: { bytes, next: bytes },
    loss: (inputs) => nn.crossEntropy(model(inputs.bytes), inputs.next),
    optimizer: nn.adamW(),
    clipNorm: 1,
  });
  const compileMs = performance.now() - start;
  const draw = () => Int32Array.from({ length: batch * time }, () => random.integer(256));
  const times: number[] = [];
  let loss = 0;
  for (let step = 0; step < steps; step++) {
    const feeds = { bytes: draw(), next: draw() };
    const before = performance.now();
    loss = await trainer.step(feeds, 1e-3);
    times.push(performance.now() - before);
  }
  await trainer.close();
  return { compileMs, stepMs: times.sort((a, b) => a - b)[steps >> 1]!, loss, size: trainer.size };
}

const engine = await readFile(fileURLToPath(import.meta.resolve(`onnxruntime-web/${nn.wasmAsset}`)));
const backends: Readonly<Record<string, nn.Backend>> = {
  "native, 1 thread": await nn.nativeBackend({ threads: 1 }),
  "native, all cores": await nn.nativeBackend(),
  "wasm, 1 thread": nn.wasmBackend({ [nn.wasmAsset]: engine }),
};
console.log("| backend | ms to compile | median ms per step | ratio | loss at the end |");
console.log("|---|---|---|---|---|");
let first: number | undefined;
for (const [name, backend] of Object.entries(backends)) {
  const { compileMs, stepMs, loss } = await measure(backend);
  first ??= stepMs;
  console.log(
    `| ${name} | ${compileMs.toFixed(0)} | ${stepMs.toFixed(1)} | ${(stepMs / first).toFixed(2)} | ${loss.toFixed(6)} |`,
  );
}
