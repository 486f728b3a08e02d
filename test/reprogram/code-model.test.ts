import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createRandom, exportModel, float32Of, nativeBackend, wasmBackend, type Backend } from "../../src/nn/index.ts";
import { batchOf, lengthFor, rowsOf } from "../../src/reprogram/code-model/batch.ts";
import { createCodeModel, type CodeModel, type CodeModelOptions } from "../../src/reprogram/code-model/code-model.ts";
import { openDecoding } from "../../src/reprogram/code-model/decoding.ts";
import { scheduleOf } from "../../src/reprogram/code-model/learning.ts";
import { loadCodeModel } from "../../src/reprogram/code-model/load.ts";
import { codeNetwork, predict, type CodeNetwork } from "../../src/reprogram/code-model/structure.ts";
import type { Design, TransformerDesign } from "../../src/reprogram/design/design.ts";
import { sizeOfDesign } from "../../src/reprogram/design/limits.ts";
import { END, learnTokenizer, PAD } from "../../src/reprogram/tokenizer/tokenizer.ts";
import { readAssets } from "../nn/assets.ts";

const design: TransformerDesign = {
  kind: "transformer",
  encoderLayers: 2,
  decoderLayers: 2,
  heads: 4,
  feedForward: 32,
};

let backend: Backend;
beforeAll(async () => {
  backend = await nativeBackend({ threads: 1 });
});

const vocabulary = 20;
const [rows, length] = [3, 9];
const make = (changes: Partial<TransformerDesign> = {}): CodeNetwork =>
  codeNetwork({ ...design, ...changes }, { vocabulary, width: 16, random: createRandom(1) });

/** Logits [rows, length, vocabulary] with the whole target at once. */
async function logitsFor(network: CodeNetwork, source: Int32Array, previous: Int32Array): Promise<Float32Array> {
  const spec = { shape: [rows, length], dtype: "int32" } as const;
  const model = exportModel({
    inputs: { source: spec, previous: spec },
    outputs: (inputs) => ({ logits: predict(network, inputs) }),
  });
  const session = await backend.open(model);
  const outputs = await session.run({ source: { ...spec, data: source }, previous: { ...spec, data: previous } });
  await session.close();
  return float32Of(outputs["logits"]);
}

const random = createRandom(5);
const symbol = () => 2 + random.integer(vocabulary - 2);
/** Texts of 8, 5 and 2 symbols. */
const sources = rowsOf(
  [8, 5, 2].map((count) => Array.from({ length: count }, symbol)),
  { rows, length },
);
const previous = Int32Array.from({ length: rows * length }, (_, i) => (i % length === 0 ? PAD : symbol()));
const rowOf = (logits: Float32Array, row: number, places = length): Float32Array =>
  logits.subarray(row * length * vocabulary, (row * length + places) * vocabulary);
const distance = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), a.length === b.length ? 0 : Infinity);

describe("the network of a code model", () => {
  test("gives finite logits for every symbol at every place", async () => {
    const logits = await logitsFor(make(), sources, previous);
    expect(logits).toHaveLength(rows * length * vocabulary);
    expect(logits.every(Number.isFinite)).toBe(true);
  });

  test("does not look ahead: a later symbol changes nothing before it, and something from it on", async () => {
    const network = make();
    const before = await logitsFor(network, sources, previous);
    const changed = previous.slice();
    changed[5] = changed[5] === 7 ? 8 : 7;
    const after = await logitsFor(network, sources, changed);
    expect(distance(rowOf(before, 0, 5), rowOf(after, 0, 5))).toBe(0);
    expect(distance(rowOf(before, 0), rowOf(after, 0))).toBeGreaterThan(1e-3);
    expect(distance(rowOf(before, 1), rowOf(after, 1))).toBe(0);
  });

  test("does not see padding: a text stays what it is in longer rows and beside other texts", async () => {
    const network = make();
    const before = await logitsFor(network, sources, previous);
    const alone = sources.slice();
    alone.fill(PAD, 0, length);
    const after = await logitsFor(network, alone, previous);
    expect(distance(rowOf(before, 1), rowOf(after, 1))).toBe(0);
    expect(distance(rowOf(before, 0), rowOf(after, 0))).toBeGreaterThan(1e-3);
    const shorter = rowsOf([[...sources.subarray(length, length + 5)]], { rows: 1, length: 6 });
    const session = await backend.open(
      exportModel({
        inputs: { source: { shape: [1, 6], dtype: "int32" }, previous: { shape: [1, length], dtype: "int32" } },
        outputs: (inputs) => ({ logits: predict(network, inputs) }),
      }),
    );
    const { logits } = await session.run({
      source: { shape: [1, 6], dtype: "int32", data: shorter },
      previous: { shape: [1, length], dtype: "int32", data: previous.slice(length, 2 * length) },
    });
    await session.close();
    expect(distance(rowOf(before, 1), float32Of(logits))).toBeLessThan(1e-5);
  });

  test("takes numbers of heads that do not divide the width, and more heads than width", async () => {
    for (const heads of [3, 5, 16, 17]) {
      const logits = await logitsFor(make({ heads }), sources, previous);
      expect(logits.every(Number.isFinite)).toBe(true);
    }
  });

  test("decodes step by step with its cache to the same logits as all at once", async () => {
    for (const changes of [{}, { heads: 3, decoderLayers: 3 }]) {
      const network = make(changes);
      const whole = await logitsFor(network, sources, previous);
      const decoding = await openDecoding(network, { backend, rows, length });
      const step = await decoding.begin(sources);
      for (let place = 0; place < length; place++) {
        const tokens = Int32Array.from({ length: rows }, (_, row) => previous[row * length + place]!);
        const logits = await step(tokens, place);
        for (let row = 0; row < rows; row++) {
          const start = (row * length + place) * vocabulary;
          const expected = whole.subarray(start, start + vocabulary);
          expect(distance(expected, logits.subarray(row * vocabulary, (row + 1) * vocabulary))).toBeLessThan(1e-4);
        }
      }
      await decoding.close();
    }
  });
});

describe("a batch", () => {
  const tokenizer = learnTokenizer(["one two three"]);
  const pairs = [{ source: "one", target: "two" }];

  test("ends its texts, shifts its targets, and fills up with padding", () => {
    const { source, previous: shifted, target } = batchOf(tokenizer, pairs, { rows: 2, length: 6 });
    const [one, two] = [tokenizer.encode("one"), tokenizer.encode("two")];
    expect([...source.subarray(0, one.length + 1)]).toEqual([...one, END]);
    expect([...target.subarray(0, two.length + 1)]).toEqual([...two, END]);
    expect([...shifted.subarray(0, two.length + 1)]).toEqual([PAD, ...two]);
    expect(source.subarray(6)).toEqual(new Int32Array(6).fill(PAD));
  });

  test("refuses texts that do not fit, with what would", () => {
    expect(() => batchOf(tokenizer, pairs, { rows: 1, length: 3 })).toThrow("a text of at most 2 symbols, found 3");
    expect(() => batchOf(tokenizer, [...pairs, ...pairs], { rows: 1, length: 9 })).toThrow("at most 1 texts");
    expect(lengthFor(tokenizer, ["one", "three"]) % 8).toBe(0);
  });
});

describe("a code model", () => {
  const corpus = ["let a = 1;", "let b = 2;", "let c = 12;", "let a = 21;"];
  const tokenizer = learnTokenizer(corpus);
  const pairs = corpus.map((source) => ({ source, target: source.replace("let", "const") }));
  const models: CodeModel[] = [];
  afterAll(() => Promise.all(models.map((model) => model.close())));
  const create = async (options: Partial<CodeModelOptions> = {}, train: Design["train"] = { batch: 4 }) => {
    const base = { backend, scale: "tiny", seed: 1, length: 16 } as const;
    const model = await createCodeModel({ model: design, train }, tokenizer, { ...base, ...options });
    models.push(model);
    return model;
  };

  test("has as many parameters as were counted before it was built", async () => {
    for (const changes of [{}, { encoderLayers: 1, decoderLayers: 3, heads: 3, feedForward: 100 }]) {
      const other = { model: { ...design, ...changes } };
      const model = await createCodeModel(other, tokenizer, { backend, scale: "tiny", seed: 1, length: 16 });
      const setting = { kind: "transformer", width: 64, vocabulary: tokenizer.size, length: 16 } as const;
      expect(sizeOfDesign(other, setting)).toMatchObject({ parameters: model.parameters });
    }
  });

  test("gives the loss that a step then starts from, and a batch of fewer pairs the mean over these", async () => {
    const model = await create();
    const before = await model.loss(pairs);
    expect(await model.trainStep(pairs)).toBeCloseTo(before, 5);
    expect(await model.loss(pairs)).toBeLessThan(before);
    const wide = await create({}, { batch: 7 });
    expect(await wide.loss(pairs)).toBeCloseTo(before, 4);
  });

  test("generates the same for the same seed, whatever is generated beside it", async () => {
    const model = await create();
    const texts = corpus.slice(0, 2);
    const both = await model.generate(texts, { n: 3, seed: 4 });
    expect(both.map((each) => each.length)).toEqual([3, 3]);
    expect(await model.generate(texts, { n: 3, seed: 4 })).toEqual(both);
    expect(await model.generate(texts.slice(0, 1), { n: 2, seed: 4 })).toEqual([both[0]!.slice(0, 2)]);
    expect(await model.generate(texts, { n: 3, seed: 5 })).not.toEqual(both);
  });

  test("survives being saved and loaded: same texts, same loss", async () => {
    const model = await create();
    for (let i = 0; i < 3; i++) await model.trainStep(pairs);
    const loaded = await loadCodeModel(await model.save(), { backend });
    models.push(loaded);
    expect(await loaded.loss(pairs)).toBe(await model.loss(pairs));
    const options = { n: 2, seed: 1 } as const;
    expect(await loaded.generate(corpus, options)).toEqual(await model.generate(corpus, options));
    await expect(loadCodeModel(new Uint8Array(9), { backend })).rejects.toThrow("expected a safetensors file");
  });

  test("goes on from a checkpoint exactly as if it had not been interrupted", async () => {
    const [model, other] = [await create(), await create({ seed: 2 })];
    for (let i = 0; i < 3; i++) await model.trainStep(pairs);
    const resumed = await create({ seed: 2, checkpoint: await model.checkpoint() });
    expect(await resumed.generate(corpus, { seed: 1 })).toEqual(await model.generate(corpus, { seed: 1 }));
    const [a, b, c] = [await model.trainStep(pairs), await resumed.trainStep(pairs), await other.trainStep(pairs)];
    expect(b).toBe(a);
    expect(c).not.toBe(a);
    expect(await resumed.loss(pairs)).toBe(await model.loss(pairs));
  });

  test("computes and writes the same as WebAssembly, up to rounding", async () => {
    const [native, wasm] = [await create(), await create({ backend: wasmBackend(await readAssets()) })];
    expect(await wasm.trainStep(pairs)).toBeCloseTo(await native.trainStep(pairs), 4);
    expect(await wasm.loss(pairs)).toBeCloseTo(await native.loss(pairs), 3);
    const greedy = { temperature: 0, seed: 1 } as const;
    expect(await wasm.generate(corpus, greedy)).toEqual(await native.generate(corpus, greedy));
  });

  test("learns as its source's train() says", async () => {
    const losses = new Set<number>();
    for (const optimizer of ["adamW", "adam", "sgd", "muon"] as const) {
      const model = await create({}, { optimizer, learningRate: 0.003, batch: 4 });
      const first = await model.trainStep(pairs);
      for (let i = 0; i < 4; i++) await model.trainStep(pairs);
      const last = await model.loss(pairs);
      expect(last, optimizer).toBeLessThan(first);
      losses.add(last);
    }
    expect(losses.size).toBeGreaterThan(2);
    const still = await create({}, { schedule: "linear", warmupSteps: 1e6, batch: 4 });
    const before = await still.loss(pairs);
    await still.trainStep(pairs);
    expect(await still.loss(pairs)).toBeCloseTo(before, 3);
  });

  test("has a learning rate that decays to its last step, where that is known, and stays at its peak elsewhere", () => {
    const decays = { learningRate: 0.1, schedule: "linear" } as const;
    expect(scheduleOf(decays, 10)(10)).toBe(0);
    expect(scheduleOf(decays, 10)(5)).toBeCloseTo(0.05);
    expect(scheduleOf(decays, Infinity)(1e6)).toBe(0.1);
    expect(scheduleOf({ ...decays, schedule: "cosine" }, Infinity)(1e6)).toBe(0.1);
  });

  test("is only built from designs of text-to-text models", async () => {
    const network: Design = { model: { kind: "network", layers: [] } };
    const options = { backend, scale: "tiny", seed: 1, length: 16 } as const;
    await expect(createCodeModel(network, tokenizer, options)).rejects.toThrow("expected the design of a transformer");
  });

  test("says what it can read", async () => {
    const model = await create();
    expect(model.fits(corpus[0]!)).toBe(true);
    expect(model.fits("?".repeat(16))).toBe(false);
    await expect(model.generate(["?".repeat(16)], { seed: 1 })).rejects.toThrow("a text of at most 15 symbols");
  });
});
