import { describe, expect, test } from "vitest";
import * as nn from "../../src/nn/index.ts";
import { float32Of } from "../../src/nn/backend.ts";
import { expectClose, native, wasm } from "./support.ts";

const tokens = { shape: [4, 8], dtype: "int32" } as const;
const cycle = (offset: number) => Int32Array.from({ length: 32 }, (_, i) => (i + offset) % 5);

/** A small transformer that learns to count to five. */
function languageModel(seed: number) {
  const random = nn.createRandom(seed);
  const vectors = nn.embedding(5, 8, { random });
  const attention = nn.causalSelfAttention(8, { heads: 2, random });
  const perceptron = nn.mlp(8, 16, { random, activation: nn.gelu });
  const [first, second] = [nn.rmsNorm(8), nn.layerNorm(8)];
  return (symbols: nn.Tensor) => {
    const x = vectors(symbols);
    const y = nn.add(x, attention(first(x)));
    return vectors.unembed(nn.add(y, perceptron(second(y))));
  };
}

async function count(backend: nn.Backend, steps: number) {
  const model = languageModel(7);
  const trainer = await nn.createTrainer({
    backend,
    inputs: { tokens, next: tokens },
    loss: (inputs) => nn.crossEntropy(model(inputs.tokens), inputs.next),
    optimizer: nn.adamW(),
    clipNorm: 1,
  });
  const losses: number[] = [];
  for (let step = 0; step < steps; step++)
    losses.push(await trainer.step({ tokens: cycle(step), next: cycle(step + 1) }, 0.02));
  trainer.sync();
  const onnx = nn.exportModel({ inputs: { tokens }, outputs: (inputs) => ({ logits: model(inputs.tokens) }) });
  await trainer.close();
  return { losses, onnx, size: trainer.size };
}

describe.each([native, wasm])("training on the $name backend", (backend) => {
  test("learns, keeps its state between steps and exports what it learned", async () => {
    const { losses, onnx, size } = await count(backend, 60);
    expect(size).toBe(5 * 8 + (8 * 24 + 24) + (8 * 8 + 8) + (8 * 16 + 16) + (16 * 8 + 8) + 8 + 16);
    expect(losses[0]).toBeGreaterThan(1.2);
    expect(losses.at(-1)).toBeLessThan(0.05);

    const session = await backend.open(onnx);
    const { logits } = await session.run({ tokens: { ...tokens, data: cycle(3) } });
    await session.close();
    expect(logits!.shape).toEqual([4, 8, 5]);
    const row = [...float32Of(logits).subarray(10 * 5, 11 * 5)];
    expect(row.indexOf(Math.max(...row))).toBe((10 + 3 + 1) % 5);
  });

  test("gives the same losses again for the same seed", async () => {
    const [once, again] = [await count(backend, 5), await count(backend, 5)];
    expect(again.losses).toEqual(once.losses);
    expect(again.onnx).toEqual(once.onnx);
  });

  test("leaves a step that was built as it is: run again, it begins again", async () => {
    const weights = nn.parameter([3], nn.ones);
    const loss = ({ x }: Readonly<Record<"x", nn.Tensor>>) => nn.sum(nn.mul(x, weights));
    const { step, scalars } = nn.buildTrainingStep({ inputs: { x: { shape: [3] } }, loss, optimizer: nn.sgd() });
    const run = async () => {
      const runner = await nn.runTrainingStep(step, { backend, scalars });
      const losses: number[] = [];
      for (let i = 0; i < 4; i++) losses.push(await runner.step({ x: Float32Array.of(1, 1, 1) }, 0.5));
      await runner.close();
      return losses;
    };
    expect(await run()).toEqual([3, 1.5, 0, -1.5]);
    expect(await run()).toEqual([3, 1.5, 0, -1.5]);
  });

  test("refuses a batch of the wrong size, and a model that is none", async () => {
    const trainer = await nn.createTrainer({
      backend,
      inputs: { x: { shape: [3] } },
      loss: ({ x }) => nn.sum(nn.mul(x, nn.parameter([3], nn.ones))),
      optimizer: nn.sgd(),
    });
    await expect(trainer.step({ x: new Float32Array(2) }, 0.1)).rejects.toThrow('expected 3 numbers for "x", found 2');
    expect(trainer.steps()).toBe(0);
    await trainer.close();
    await expect(backend.open(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: "nn.open" });
  });
});

test("both backends compute the same losses", async () => {
  const [a, b] = [await count(native, 20), await count(wasm, 20)];
  expectClose(b.losses, a.losses, "loss", 1e-4);
});

test("a loss without parameters is refused", async () => {
  const options = { backend: native, inputs: { x: { shape: [3] } }, optimizer: nn.sgd() };
  await expect(nn.createTrainer({ ...options, loss: ({ x }) => nn.sum(x) })).rejects.toMatchObject({
    code: "nn.no-parameters",
  });
});

test("parameters can be fed to an exported model instead of being written in", async () => {
  const w = nn.parameter([2], () => [1, 2]);
  const inputs = { x: { shape: [2] } };
  const onnx = nn.exportModel({ inputs, outputs: ({ x }) => ({ y: nn.mul(x, w) }), fed: new Map([["w", w]]) });
  expect(nn.inspectModel(onnx).inputs.map(({ name }) => name)).toEqual(["x", "w"]);
  const session = await native.open(onnx);
  const vector = (...data: number[]): nn.Value => ({ dtype: "float32", shape: [2], data: Float32Array.from(data) });
  const { y } = await session.run({ x: vector(3, 4), w: vector(10, 100) });
  await session.close();
  expect([...float32Of(y)]).toEqual([30, 400]);
});

test("a step that was built elsewhere trains from its data alone", async () => {
  const w = nn.parameter([3], nn.ones);
  const optimizer = nn.adam();
  const { step } = nn.buildTrainingStep({
    inputs: { x: { shape: [3] } },
    loss: ({ x }) => nn.sum(nn.mul(nn.mul(x, w), w)),
    optimizer,
  });
  const sent = structuredClone(step);
  const runner = await nn.runTrainingStep(sent, { backend: native, scalars: optimizer.scalars });
  const x = Float32Array.of(1, 1, 1);
  expect(await runner.step({ x }, 0.5)).toBe(3);
  expect(await runner.step({ x }, 0.5)).toBeCloseTo(0.75, 5);
  expect(runner.size).toBe(3);
  expect([...float32Of(runner.state()["value.0"])].every((value) => value < 0.1)).toBe(true);
  await runner.close();
});

test("the WebAssembly backend says which asset it misses", () => {
  expect(() => nn.wasmBackend({ "other.wasm": new Uint8Array() })).toThrow(
    "expected ort-wasm-simd-threaded.wasm among the assets, found other.wasm",
  );
});
