/** The evaluator against honest models with known scores and against models that cheat, all of them real ONNX graphs. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import evaluate from "../../examples/nano-lm/evaluate.ts";
import { readAssets } from "../nn/assets.ts";
import * as nn from "../../src/nn/index.ts";

const assets = await readAssets();
const validation = await readFile(new URL("../../examples/nano-lm/data/valid.txt", import.meta.url));
const text = validation.subarray(3000, 9001);

const score = (model: Uint8Array | undefined, valid = text) =>
  evaluate({
    assets,
    data: { "data/valid.txt": valid },
    outputs: model === undefined ? {} : { "model.onnx": model },
    seed: 1,
    measured: { trainSeconds: 1, cpuSeconds: 1, wallSeconds: 1, peakMemoryBytes: 1 },
  });

type Build = (bytes: nn.Tensor) => nn.Tensor;

interface ModelOptions {
  readonly shape?: readonly number[];
  readonly dtype?: nn.DType;
}

const model = (build: Build, { shape = [8, 32], dtype = "int32" }: ModelOptions = {}) =>
  nn.exportModel({ inputs: { bytes: { shape, dtype } }, outputs: ({ bytes }) => ({ logits: build(bytes) }) });

/** Logits from a [256, 256] table by the latest byte. */
const lookUp = (value: (last: number, next: number) => number) =>
  nn.parameter([256, 256], () => Array.from({ length: 65_536 }, (_, i) => value(i >> 8, i % 256)));

const echo = lookUp((last, next) => (last === next ? 9 : 0));
const bigram = lookUp((last, next) => Math.sin(last * 7 + next * 3));

describe("the score is bits per byte", () => {
  test("of a model that knows nothing: 8", async () => {
    const flat = lookUp(() => 1.5);
    const { val_bpb: bpb } = await score(model((bytes) => nn.gather(flat, bytes)));
    expect(bpb).toBeCloseTo(8, 6);
  });

  test("of a table of pairs, as computed here byte by byte, from the first byte to the last", async () => {
    let bits = 0;
    text.forEach((byte, i) => {
      const last = i === 0 ? 10 : text[i - 1]!;
      const row = Float64Array.from({ length: 256 }, (_, next) => Math.exp(Math.fround(Math.sin(last * 7 + next * 3))));
      bits -= Math.log2(row[byte]! / row.reduce((a, b) => a + b));
    });
    for (const options of [
      {},
      { dtype: "int64" },
      { shape: [1, 8] },
      { shape: [7, 100] },
      { shape: [3, 256] },
    ] as const) {
      const { val_bpb: bpb } = await score(model((bytes) => nn.gather(bigram, bytes), options));
      expect(bpb).toBeCloseTo(bits / text.length, 5);
    }
  });

  test("of a causal model that looks far back", async () => {
    const random = nn.createRandom(2);
    const vectors = nn.embedding(256, 16, { random });
    const attention = nn.causalSelfAttention(16, { heads: 2, random });
    const { val_bpb: bpb } = await score(model((bytes) => vectors.unembed(attention(nn.rmsNormalize(vectors(bytes))))));
    expect(bpb).toBeGreaterThan(6);
    expect(bpb).toBeLessThan(10);
  });
});

/** The element `offset` places further along an axis, around the end. */
function roll(x: nn.Tensor, axis: number, offset: number): nn.Tensor {
  const length = x.shape[axis]!;
  return nn.concat(
    [nn.slice(x, { axis, start: offset, end: length }), nn.slice(x, { axis, start: 0, end: offset })],
    axis,
  );
}

const cast = (x: nn.Tensor, dtype: "float32" | "int32") =>
  x.graph.operation("Cast", [x], { shape: x.shape, dtype, attributes: { to: dtype === "int32" ? 6 : 1 } });

describe("a model that looks ahead is refused", () => {
  const refusal = /the model looks ahead/;
  const cheats: Readonly<Record<string, Build>> = {
    "at the next byte": (bytes) => nn.gather(echo, roll(bytes, 1, 1)),
    "at the last byte of the row": (bytes) =>
      nn.add(nn.gather(bigram, bytes), nn.gather(echo, nn.slice(bytes, { axis: 1, start: 31, end: 32 }))),
    "at the next byte in one place only": (bytes) => {
      const hint = nn.slice(nn.gather(echo, roll(bytes, 1, 1)), { axis: 1, start: 17, end: 18 });
      return nn.add(nn.gather(bigram, bytes), nn.pad(hint, { axis: 1, before: 17, after: 14 }));
    },
    "through attention without a mask": (bytes) => {
      const x = nn.gather(bigram, bytes);
      return nn.matmul(nn.softmax(nn.matmul(x, nn.swapLastAxes(x))), x);
    },
    "at the next row": (bytes) => nn.add(nn.gather(bigram, bytes), nn.gather(echo, roll(bytes, 0, 1))),
    "at the next row in the last place only": (bytes) => {
      const hint = nn.slice(nn.gather(echo, roll(bytes, 0, 1)), { axis: 1, start: 0, end: 1 });
      return nn.add(nn.gather(bigram, bytes), nn.pad(hint, { axis: 1, before: 31, after: 0 }));
    },
    "at the average of the rows": (bytes) => {
      const x = nn.gather(bigram, bytes);
      return nn.add(x, nn.mean(x, { axes: [0], keep: true }));
    },
    "at the first bytes of the rows": (bytes) => {
      const firsts = nn.slice(nn.gather(bigram, bytes), { axis: 1, start: 0, end: 1 });
      return nn.add(nn.gather(bigram, bytes), nn.sum(firsts, { axes: [0], keep: true }));
    },
  };
  for (const [name, build] of Object.entries(cheats))
    test(name, async () => {
      await expect(score(model(build))).rejects.toThrow(refusal);
    });
});

describe("what is not such a model is refused", () => {
  const table: Build = (bytes) => nn.gather(bigram, bytes);
  const sized = (options: ModelOptions) => model(table, options);
  const cases: Readonly<Record<string, readonly [() => Uint8Array | undefined, RegExp]>> = {
    "no output": [() => undefined, /expected the program to save model.onnx, found no such output/],
    "an empty file": [() => new Uint8Array(0), /expected one input, found none/],
    "arbitrary bytes": [() => text, /expected an ONNX model/],
    "half a file": [
      () => model(table).subarray(0, 100_000),
      /expected an ONNX model, found bytes whose message ends inside/,
    ],
    "an enormous file": [() => new Uint8Array(33 << 20), /at most 33554432 bytes, found 34603008/],
    "a graph that the runtime refuses": [
      () => model((bytes) => bytes.graph.operation("MatMul", [bytes], { shape: [8, 32, 256] })),
      /MatMul/,
    ],
    "windows that are too short": [() => sized({ shape: [8, 4] }), /context 8–512.*found bytes: int32 \[8, 4\]/],
    "too large a batch": [() => sized({ shape: [256, 512] }), /together at most 16384 bytes/],
    "a single dimension": [() => sized({ shape: [64] }), /expected an input of fixed shape \[rows, context\]/],
    "logits for fewer classes": [
      () => model((bytes) => nn.slice(table(bytes), { axis: 2, start: 0, end: 255 })),
      /expected float logits \[8, 32, 256\] as the output, found logits: float \[8, 32, 255\]/,
    ],
    "bytes for logits": [
      () => model((bytes) => nn.expand(nn.reshape(bytes, [8, 32, 1]), [8, 32, 256])),
      /expected float logits/,
    ],
    "float input": [
      () => model((x) => table(cast(x, "int32")), { dtype: "float32" }),
      /expected an int32 or int64 input/,
    ],
    "two inputs": [
      () =>
        nn.exportModel({
          inputs: { bytes: { shape: [8, 32], dtype: "int32" }, more: { shape: [1] } },
          outputs: ({ bytes }) => ({ logits: table(bytes) }),
        }),
      /expected one input, found bytes: int32 \[8, 32\] and more: float \[1\]/,
    ],
    "two outputs": [
      () =>
        nn.exportModel({
          inputs: { bytes: { shape: [8, 32], dtype: "int32" } },
          outputs: ({ bytes }) => ({ logits: table(bytes), bytes }),
        }),
      /expected one output/,
    ],
    randomness: [
      () =>
        model((bytes) =>
          nn.add(table(bytes), bytes.graph.operation("RandomNormalLike", [table(bytes)], { shape: [8, 32, 256] })),
        ),
      /deterministic standard operators only, found RandomNormalLike/,
    ],
    NaN: [() => model((bytes) => nn.sqrt(nn.sub(table(bytes), 0.5))), /expected finite logits, found NaN/],
    "NaN for one rare byte": [
      () => {
        const rare = lookUp((last) => (last === "z".charCodeAt(0) ? NaN : 0));
        return model((bytes) => nn.gather(rare, bytes));
      },
      /expected finite logits, found NaN/,
    ],
    infinity: [() => model((bytes) => nn.exp(nn.mul(table(bytes), 1000))), /expected finite logits, found Infinity/],
  };
  for (const [name, [build, message]] of Object.entries(cases))
    test(name, async () => {
      await expect(score(build())).rejects.toThrow(message);
    });
});
