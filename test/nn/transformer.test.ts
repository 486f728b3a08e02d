import { describe, expect, test } from "vitest";
import { relativeBucket } from "../../src/nn/layers/relative-positions.ts";
import * as nn from "../../src/nn/index.ts";
import { compile, expectClose, expectGradient, native } from "./support.ts";

const size = { batch: 2, source: 5, target: 4, width: 8 };
const sourceShape = [size.batch, size.source, size.width];
const targetShape = [size.batch, size.target, size.width];

/** An encoder and a decoder with position biases that are not all zero. */
function createPair(options: Partial<nn.DecoderOptions> = {}) {
  const random = nn.createRandom("pair");
  const shared = { random, layers: 2, heads: 2, hidden: 12, norm: nn.layerNorm, ...options };
  const pair = {
    encoder: nn.transformerEncoder(size.width, shared),
    decoder: nn.transformerDecoder(size.width, shared),
  };
  for (const { positions } of Object.values(pair))
    positions?.weight.data.forEach((_, i, all) => (all[i] = Math.sin(i)));
  return pair;
}

const draw = (shape: readonly number[], seed = 1) => {
  const random = nn.createRandom(seed);
  return Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal());
};

test("gradients through an encoder with a padding mask and a decoder with cross-attention agree with finite differences", async () => {
  const { encoder, decoder } = createPair({ layers: 1, activation: nn.tanh });
  const mask = { shape: [size.batch, size.source], data: Int32Array.of(1, 1, 1, 0, 0, 1, 1, 1, 1, 1) };
  await expectGradient({
    shapes: { a: sourceShape, b: targetShape },
    fixed: { mask },
    build: ({ a, b, mask }) => decoder(b!, { memory: encoder(a!, { keyMask: mask }), memoryMask: mask }),
  });
});

test("padding, whatever it holds, changes nothing", async () => {
  const { encoder, decoder } = createPair();
  const mask = { shape: [size.batch, size.source], dtype: "int32" } as const;
  const run = await compile({ a: { shape: sourceShape }, b: { shape: targetShape }, mask }, ({ a, b, mask }) => ({
    y: decoder(b!, { memory: encoder(a!, { keyMask: mask }), memoryMask: mask }),
  }));
  const [a, b] = [draw(sourceShape), draw(targetShape, 2)];
  const hidden = Int32Array.of(1, 1, 1, 0, 0, 1, 1, 1, 1, 1);
  const before = (await run({ a, b, mask: hidden }))["y"]!;
  a.fill(9, 3 * size.width, 5 * size.width);
  expect((await run({ a, b, mask: hidden }))["y"]).toEqual(before);
  a.fill(9, 0, size.width);
  expect((await run({ a, b, mask: hidden }))["y"]).not.toEqual(before);
});

test("a decoder does not look ahead", async () => {
  const { decoder } = createPair({ hasCrossAttention: false });
  const run = await compile({ b: { shape: targetShape } }, ({ b }) => ({ y: decoder(b!) }));
  const b = draw(targetShape);
  const before = (await run({ b }))["y"]!;
  b.fill(5, 2 * size.width, 4 * size.width);
  const after = (await run({ b }))["y"]!;
  expect(after.slice(0, 2 * size.width)).toEqual(before.slice(0, 2 * size.width));
  expect(after.slice(2 * size.width)).not.toEqual(before.slice(2 * size.width));
});

test("decoding step by step with a cache gives what decoding at once gives", async () => {
  const { encoder, decoder } = createPair();
  const [a, b] = [draw(sourceShape), draw(targetShape, 2)];
  const atOnce = await compile({ a: { shape: sourceShape }, b: { shape: targetShape } }, ({ a, b }) => ({
    y: decoder(b!, { memory: encoder(a!) }),
  }));
  const expected = (await atOnce({ a, b }))["y"]!;

  const encode = await native.open(
    nn.exportModel({
      inputs: { a: { shape: sourceShape } },
      outputs: ({ a }) => nn.rememberMemory(decoder, encoder(a)),
    }),
  );
  const cache = nn.cacheShapes(decoder, { batch: size.batch, length: 6, memoryLength: size.source });
  const step = await native.open(
    nn.exportModel({
      inputs: { ...cache, x: { shape: [size.batch, 1, size.width] }, position: { shape: [], dtype: "int32" } },
      outputs: ({ x, position, ...given }) => {
        const { output, cache: next } = nn.decodeStep(decoder, x!, { position: position!, cache: given });
        return { output, ...Object.fromEntries(Object.entries(next).map(([name, one]) => [`next.${name}`, one])) };
      },
    }),
  );
  const memory = await encode.run({ a: { dtype: "float32", shape: sourceShape, data: a } });
  let state = Object.fromEntries(
    Object.entries(cache).map(([name, { shape }]): [string, nn.Value] => [
      name,
      memory[name] ?? { dtype: "float32", shape, data: new Float32Array(shape.reduce((m, n) => m * n)) },
    ]),
  );
  for (let position = 0; position < size.target; position++) {
    const row = (batch: number) => (batch * size.target + position) * size.width;
    const x = Float32Array.from([0, 1].flatMap((batch) => [...b.subarray(row(batch), row(batch) + size.width)]));
    const outputs = await step.run({
      ...state,
      x: { dtype: "float32", shape: [size.batch, 1, size.width], data: x },
      position: { dtype: "int32", shape: [], data: Int32Array.of(position) },
    });
    state = Object.fromEntries(Object.entries(state).map(([name, one]) => [name, outputs[`next.${name}`] ?? one]));
    const wanted = [0, 1].flatMap((batch) => [...expected.subarray(row(batch), row(batch) + size.width)]);
    expectClose(nn.float32Of(outputs["output"]), wanted, `position ${position}`, 1e-5);
  }
  await Promise.all([encode.close(), step.close()]);
});

test("a decoder with cross-attention says when it has nothing to look at", () => {
  const { decoder } = createPair();
  const x = nn.createGraph().input("x", targetShape);
  expect(() => decoder(x)).toThrow("expected a memory for the decoder's cross-attention, found none");
  const position = x.graph.input("position", [], "int32");
  expect(() => nn.decodeStep(decoder, x, { position, cache: {} })).toThrow(
    "expected self.0.key in the decoder's cache, found none",
  );
});

describe("relative position buckets", () => {
  test("are one per small distance, then wider, and end with the last one", () => {
    const bucket = (offset: number) => relativeBucket(offset, { buckets: 32, maxDistance: 128 });
    expect([0, -1, -7, -8, -9, -127, -128, -9999].map(bucket)).toEqual([0, 1, 7, 8, 8, 15, 15, 15]);
    expect([1, 7, 8, 9999].map(bucket)).toEqual([17, 23, 24, 31]);
  });

  test("have none for later keys in a decoder", () => {
    const bucket = (offset: number) => relativeBucket(offset, { buckets: 32, isBidirectional: false });
    expect([5, 1, 0, -1, -15, -16, -9999].map(bucket)).toEqual([0, 0, 0, 1, 15, 16, 31]);
  });
});

describe("low-rank adapters", () => {
  const build = () => {
    const random = nn.createRandom(5);
    return nn.attention(8, { heads: 2, random, lora: { rank: 2, alpha: 4 } });
  };

  test("change nothing at first, and alone are trained", async () => {
    const layer = build();
    const frozen = layer.query.weight.data.slice();
    const x = draw(targetShape);
    const run = async () =>
      (await (await compile({ x: { shape: targetShape } }, ({ x }) => ({ y: layer(x!) })))({ x }))["y"]!;
    const base = nn.attention(8, { heads: 2, random: nn.createRandom("other") });
    const before = await run();
    for (const part of ["query", "key", "value", "output"] as const)
      base[part].weight.data.set(layer[part].weight.data);
    const plain = await compile({ x: { shape: targetShape } }, ({ x }) => ({ y: base(x!) }));
    expectClose(before, (await plain({ x }))["y"]!, "output", 1e-6);

    const trainer = await nn.createTrainer({
      backend: native,
      inputs: { x: { shape: targetShape } },
      loss: (inputs) => nn.mean(nn.mul(layer(inputs.x), layer(inputs.x))),
      optimizer: nn.adam(),
    });
    expect(trainer.size).toBe(4 * (8 * 2 + 2 * 8));
    const losses = [await trainer.step({ x }, 0.05), 0, 0];
    for (let i = 0; i < 10; i++) losses[1] = await trainer.step({ x }, 0.05);
    trainer.sync();
    await trainer.close();
    expect(losses[1]).toBeLessThan(losses[0]!);
    expect(layer.query.weight.data).toEqual(frozen);
    expect(await run()).not.toEqual(before);
  });

  test("scale their output by α / r", async () => {
    const layer = nn.linear(3, 3, { random: nn.createRandom(1), lora: { rank: 1, alpha: 3 } });
    layer.weight.data.fill(0);
    layer.adapter!.down.data.set([1, 2, 0]);
    layer.adapter!.up.data.set([1, 0, -1]);
    const run = await compile({ x: { shape: [1, 3] } }, ({ x }) => ({ y: layer(x!) }));
    expect([...(await run({ x: Float32Array.of(1, 1, 1) }))["y"]!]).toEqual([9, 0, -9]);
  });
});
