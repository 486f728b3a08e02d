import { describe, expect, test } from "vitest";
import * as nn from "../../src/nn/index.ts";
import { evaluate, expectClose, compile } from "./support.ts";

const x = Float32Array.of(-1, 0, 2);
const of = (build: (x: nn.Tensor) => nn.Tensor, data: Float32Array = x, shape = [data.length]) =>
  evaluate({ x: shape }, (inputs) => build(inputs["x"]!), { x: data });

describe("operators compute what their names say", () => {
  const sigma = (v: number) => 1 / (1 + Math.exp(-v));
  const cases: Readonly<Record<string, readonly [(x: nn.Tensor) => nn.Tensor, (v: number) => number]>> = {
    relu: [nn.relu, (v) => Math.max(v, 0)],
    sigmoid: [nn.sigmoid, sigma],
    silu: [nn.silu, (v) => v * sigma(v)],
    tanh: [nn.tanh, Math.tanh],
    exp: [nn.exp, Math.exp],
  };
  for (const [name, [build, expected]] of Object.entries(cases))
    test(name, async () => expectClose(await of(build), [...x].map(expected), name, 1e-5));

  test("gelu at points of a normal table: Φ(−1) = 0.158655, Φ(2) = 0.977250", async () => {
    expectClose(await of(nn.gelu), [-0.158655, 0, 1.9545], "gelu", 1e-5);
  });

  test("softmax and its logarithm, without overflow", async () => {
    const large = Float32Array.of(1000, 1000 + Math.log(3));
    expectClose(await of(nn.softmax, large), [0.25, 0.75], "softmax", 1e-4);
    expectClose(await of(nn.logSoftmax, large), [Math.log(0.25), Math.log(0.75)], "log", 1e-4);
  });

  test("rmsNormalize gives rows of mean square 1, layerNormalize also of mean 0", async () => {
    const rows = Float32Array.of(3, 4, 1, 7);
    expectClose(
      await of(nn.rmsNormalize, rows, [2, 2]),
      [3 / Math.sqrt(12.5), 4 / Math.sqrt(12.5), 0.2, 1.4],
      "rms",
      1e-5,
    );
    expectClose(await of(nn.layerNormalize, rows, [2, 2]), [-1, 1, -1, 1], "layer", 1e-4);
  });

  test("crossEntropy of equal logits is the logarithm of the number of classes", async () => {
    const run = await compile({ t: { shape: [2, 2], dtype: "int32" } }, ({ t }) => {
      const logits = t!.graph.constant(new Float32Array(2 * 2 * 8), [2, 2, 8]);
      return { y: nn.crossEntropy(logits, t!) };
    });
    expect((await run({ t: Int32Array.of(0, 7, 3, 3) }))["y"]![0]).toBeCloseTo(Math.log(8), 5);
  });

  test("crossEntropy with smoothing wants a share of every class", async () => {
    const run = await compile({ t: { shape: [1], dtype: "int32" } }, ({ t }) => {
      const logits = t!.graph.constant(Float32Array.of(Math.log(0.7), Math.log(0.2), Math.log(0.1)), [1, 3]);
      return { y: nn.crossEntropy(logits, t!, { smoothing: 0.3 }) };
    });
    const expected = 0.8 * Math.log(0.7) + 0.1 * Math.log(0.2) + 0.1 * Math.log(0.1);
    expect((await run({ t: Int32Array.of(0) }))["y"]![0]).toBeCloseTo(-expected, 5);
  });

  test("losses at points worked out by hand", async () => {
    const target = (values: number[]) => (x: nn.Tensor) => x.graph.constant(Float32Array.from(values), [values.length]);
    // x = −1, 0, 2
    const one = target([1, 1, 1]);
    const loss = async (build: (x: nn.Tensor) => nn.Tensor) => (await of(build))[0];
    expect(await loss((x) => nn.meanSquaredError(x, one(x)))).toBeCloseTo((4 + 1 + 1) / 3, 6);
    expect(await loss((x) => nn.huberLoss(x, one(x)))).toBeCloseTo((1.5 + 0.5 + 0.5) / 3, 6);
    const half = target([0.5, 1, 0]);
    const expected = (Math.log(1 + Math.exp(-1)) + 0.5 + Math.log(2) + (2 + Math.log(1 + Math.exp(-2)))) / 3;
    expect(await loss((x) => nn.binaryCrossEntropy(x, half(x)))).toBeCloseTo(expected, 5);
    expect(await loss((x) => nn.meanSquaredError(x, one(x), { weights: target([0, 1, 0])(x) }))).toBeCloseTo(1, 6);
    expect(await loss((x) => nn.meanSquaredError(x, one(x), { weights: target([0, 0, 0])(x) }))).toBe(0);
  });

  test("binaryCrossEntropy of extreme logits is finite", async () => {
    const zero = (x: nn.Tensor) => x.graph.constant(new Float32Array(2), [2]);
    expect(await of((x) => nn.binaryCrossEntropy(x, zero(x)), Float32Array.of(500, -500))).toEqual([250]);
  });

  test("crossEntropy leaves out what it is told to ignore", async () => {
    const run = await compile({ t: { shape: [3], dtype: "int32" } }, ({ t }) => {
      const logits = t!.graph.constant(Float32Array.of(0, 0, 0, 100, 0, 0), [3, 2]);
      return { y: nn.crossEntropy(logits, t!, { ignore: 9 }) };
    });
    expect((await run({ t: Int32Array.of(1, 9, 0) }))["y"]![0]).toBeCloseTo(Math.log(2), 5);
    expect((await run({ t: Int32Array.of(9, 9, 9) }))["y"]![0]).toBe(0);
  });

  test("minimum, maximum, clamp, where and pick choose elements", async () => {
    expect(await of((x) => nn.minimum(x, 1))).toEqual([-1, 0, 1]);
    expect(await of((x) => nn.maximum(x, 1))).toEqual([1, 1, 2]);
    expect(await of((x) => nn.clamp(x, -0.5, 0.5))).toEqual([-0.5, 0, 0.5]);
    expect(await of((x) => nn.where(nn.greater(x, -0.5), x, 7))).toEqual([7, 0, 2]);
    const indices = (x: nn.Tensor) => x.graph.constant(Int32Array.of(2, 0), [2]);
    const rows = (x: nn.Tensor) => nn.pick(nn.concat([nn.reshape(x, [1, 3]), nn.reshape(x, [1, 3])], 0), indices(x));
    expect(await of(rows)).toEqual([2, -1]);
  });

  test("concat, slice, transpose and reshape move elements", async () => {
    const build = (x: nn.Tensor) => {
      const table = nn.reshape(x, [2, 3]);
      return nn.concat([nn.transpose(table, [1, 0]), nn.swapLastAxes(table)], -1);
    };
    expect(await of(build, Float32Array.of(1, 2, 3, 4, 5, 6))).toEqual([1, 4, 1, 4, 2, 5, 2, 5, 3, 6, 3, 6]);
    const middle = (x: nn.Tensor) => nn.slice(x, { axis: 0, start: 1, end: 2 });
    expect(await of(middle)).toEqual([0]);
  });
});

test("causal attention says nothing about a position that depends on later ones", async () => {
  const random = nn.createRandom(3);
  const attention = nn.causalSelfAttention(8, { heads: 2, random });
  const run = await compile({ x: { shape: [1, 4, 8] } }, ({ x }) => ({ y: attention(x!) }));
  const input = Float32Array.from({ length: 32 }, () => random.normal());
  const before = (await run({ x: input }))["y"]!;
  input.fill(5, 2 * 8);
  const after = (await run({ x: input }))["y"]!;
  expect(after.slice(0, 16)).toEqual(before.slice(0, 16));
  expect(after[31]).not.toBe(before[31]);
});

describe("shapes that do not fit are named", () => {
  const cases: Readonly<Record<string, readonly [(a: nn.Tensor) => nn.Tensor, RegExp]>> = {
    matmul: [(a) => nn.matmul(a, a), /matmul: expected a right side of shape \[\.\.\., 3, n\], found \[2, 3\]/],
    add: [(a) => nn.add(a, nn.parameter([2], nn.zeros)), /broadcast: expected a shape that fits \[2, 3\], found \[2\]/],
    reshape: [(a) => nn.reshape(a, [4]), /reshape: expected as many elements as \[2, 3\], found \[4\]/],
    transpose: [(a) => nn.transpose(a, [0, 0]), /transpose: expected an order of the 2 axes/],
    slice: [(a) => nn.slice(a, { axis: 1, start: 2, end: 4 }), /slice: expected a range within 0..3, found 2..4/],
    heads: [
      (a) => nn.causalSelfAttention(6, { heads: 4, random: nn.createRandom(1) })(a),
      /heads that divides 6, found 4/,
    ],
  };
  for (const [name, [build, message]] of Object.entries(cases))
    test(`by ${name}`, () => {
      expect(() => build(nn.createGraph().input("a", [2, 3]))).toThrow(message);
    });
});
