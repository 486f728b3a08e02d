import { describe, expect, test } from "vitest";
import * as nn from "../../src/nn/index.ts";
import { compile, evaluate, expectClose, expectGradient, native } from "./support.ts";

const image = (rows: readonly (readonly number[])[]) => Float32Array.from(rows.flat());
const shape = [1, 1, 3, 3];
const x = image([
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
]);
const of = (build: (x: nn.Tensor) => nn.Tensor) => evaluate({ x: shape }, (inputs) => build(inputs["x"]!), { x });

describe("operators on images compute what their names say", () => {
  const kernel = (x: nn.Tensor) => x.graph.constant(Float32Array.of(1, 0, 0, -1), [1, 1, 2, 2]);

  test("convolve2d multiplies windows with the kernel as it stands", async () => {
    expect(await of((x) => nn.convolve2d(x, kernel(x)))).toEqual([-4, -4, -4, -4]);
    expect(await of((x) => nn.convolve2d(x, kernel(x), { stride: 2, padding: 1 }))).toEqual([-1, -3, -7, -4]);
    const bias = nn.parameter([1], () => [10]);
    expect(await of((x) => nn.convolve2d(x, kernel(x), { bias }))).toEqual([6, 6, 6, 6]);
  });

  test("pools take the largest and the mean of their windows", async () => {
    expect(await of((x) => nn.maxPool2d(x, { size: 2 }))).toEqual([5]);
    expect(await of((x) => nn.maxPool2d(x, { size: 2, stride: 1 }))).toEqual([5, 6, 8, 9]);
    expect(await of((x) => nn.averagePool2d(x, { size: 2, stride: 1 }))).toEqual([3, 4, 6, 7]);
    expect(await of(nn.globalAveragePool2d)).toEqual([5]);
  });

  test("sizes that do not fit are named", () => {
    const x = nn.createGraph().input("x", shape);
    const random = nn.createRandom(1);
    expect(() => nn.maxPool2d(x, { size: 4 })).toThrow(/of at least 4 × 4, found \[1, 1, 3, 3\]/);
    expect(() => nn.conv2d(2, 3, { random })(x)).toThrow(/a weight of shape \[outputs, 1, height, width\]/);
    expect(() => nn.conv2d(1, 3, { random, kernel: 5, padding: 0 })(x)).toThrow(/at least 5 elements with padding/);
    expect(() => nn.groupNorm2d(6, { groups: 4 })).toThrow("groups that divide 6, found 4");
  });
});

test("the first of equal elements gets a pool's whole gradient", async () => {
  const run = await compile({ x: { shape: [1, 1, 2, 2] } }, ({ x }) => ({
    g: nn.gradients(nn.sum(nn.maxPool2d(x!, { size: 2 })), [x!])[0]!,
  }));
  expect([...(await run({ x: Float32Array.of(3, 3, 3, 3) }))["g"]!]).toEqual([1, 0, 0, 0]);
});

describe("batch normalisation", () => {
  const batch = { shape: [4, 2, 2, 2] };
  const data = Float32Array.from({ length: 32 }, (_, i) => Math.sin(i) + (i % 8 < 4 ? 3 : -1));
  const statistics = (channel: number) => {
    const values = [...data].filter((_, i) => Math.floor(i / 4) % 2 === channel);
    const mean = values.reduce((a, b) => a + b) / 16;
    return { mean, variance: values.reduce((s, v) => s + (v - mean) ** 2, 0) / 15 };
  };

  test("trains on the batch's statistics, follows them, and uses what it followed elsewhere", async () => {
    const norm = nn.batchNorm2d(2, { momentum: 0.25 });
    const trainer = await nn.createTrainer({
      backend: native,
      inputs: { x: batch },
      loss: ({ x }) => nn.mean(nn.mul(norm(x), norm(x))),
      optimizer: nn.sgd(),
    });
    // Normalised values have mean square 1, whatever the data.
    expect(await trainer.step({ x: data }, 0)).toBeCloseTo(1, 4);
    trainer.sync();
    for (const channel of [0, 1]) {
      const { mean, variance } = statistics(channel);
      expect(norm.runningMean.data[channel]).toBeCloseTo(0.25 * mean, 5);
      expect(norm.runningVariance.data[channel]).toBeCloseTo(0.75 + 0.25 * variance, 5);
    }
    for (let i = 0; i < 60; i++) await trainer.step({ x: data }, 0);
    trainer.sync();
    await trainer.close();
    const run = await compile({ x: batch }, ({ x }) => ({ y: norm(x!) }));
    const { mean, variance } = statistics(0);
    const expected = [...data.subarray(0, 4)].map((value) => (value - mean) / Math.sqrt(variance));
    expectClose((await run({ x: data }))["y"]!.slice(0, 4), expected, "output", 1e-4);
  });

  test("has the gradient of normalising over the batch", async () => {
    await expectGradient({ shapes: { a: batch.shape }, build: ({ a }) => nn.layerNormalize(a!, { axes: [0, 2, 3] }) });
  });
});

test("a small convolutional network learns which half of an image is bright", async () => {
  const random = nn.createRandom(1);
  const [first, second] = [nn.conv2d(1, 4, { random }), nn.conv2d(4, 8, { random, stride: 2 })];
  const [norm, head] = [nn.groupNorm2d(8, { groups: 2 }), nn.linear(8 * 2 * 2, 2, { random })];
  const model = (images: nn.Tensor) => {
    const pooled = nn.maxPool2d(nn.relu(first(images)), { size: 2 });
    return head(nn.flatten(nn.relu(norm(second(pooled)))));
  };
  const images = { shape: [16, 1, 8, 8] };
  const labels = { shape: [16], dtype: "int32" } as const;
  const trainer = await nn.createTrainer({
    backend: native,
    inputs: { images, labels },
    loss: (batch) => nn.crossEntropy(model(batch.images), batch.labels),
    optimizer: nn.adam(),
  });
  const losses: number[] = [];
  for (let step = 0; step < 40; step++) {
    const chosen = Int32Array.from({ length: 16 }, () => random.integer(2));
    const pixel = (_: unknown, i: number) => random.normal() + (Math.floor((i % 8) / 4) === chosen[i >> 6] ? 2 : 0);
    losses.push(await trainer.step({ images: Float32Array.from({ length: 1024 }, pixel), labels: chosen }, 0.01));
  }
  await trainer.close();
  expect(losses[0]).toBeGreaterThan(0.4);
  expect(losses.at(-1)).toBeLessThan(0.15);
});
