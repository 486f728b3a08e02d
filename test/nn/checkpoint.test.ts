import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as nn from "../../src/nn/index.ts";
import { native } from "./support.ts";

const example: nn.Checkpoint = {
  metadata: { made: "here" },
  tensors: {
    b: { dtype: "float32", shape: [2, 2], data: Float32Array.of(1, -2, 0.5, 4) },
    a: { dtype: "int32", shape: [3], data: Int32Array.of(1, 2, 3) },
    c: { dtype: "bool", shape: [1], data: Uint8Array.of(1) },
    d: { dtype: "int64", shape: [], data: BigInt64Array.of(-5n) },
    e: { dtype: "float32", shape: [0, 7], data: new Float32Array() },
  },
};

/** A file with this header and so many bytes of tensors. */
function file(header: string, body = 0): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + body);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

describe("safetensors", () => {
  test("has the layout of the format's documentation", () => {
    const bytes = nn.encodeSafetensors({
      metadata: {},
      tensors: { w: { dtype: "float32", shape: [2], data: Float32Array.of(1, 2) } },
    });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
    expect(JSON.parse(header)).toEqual({ w: { dtype: "F32", shape: [2], data_offsets: [0, 8] } });
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 128, 63, 0, 0, 0, 64]);
  });

  test("reads what it wrote, from the middle of a buffer and from Node's buffers too", () => {
    const bytes = nn.encodeSafetensors(example);
    expect(nn.decodeSafetensors(bytes)).toEqual(example);
    expect(nn.decodeSafetensors(Buffer.from(bytes))).toEqual(example);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(nn.decodeSafetensors(shifted.subarray(3))).toEqual(example);
  });

  test("refuses a file cut or extended anywhere", () => {
    const bytes = nn.encodeSafetensors(example);
    for (let length = 0; length < bytes.length; length += 5)
      expect(() => nn.decodeSafetensors(bytes.subarray(0, length))).toThrow(/expected a safetensors file/);
    expect(() => nn.decodeSafetensors(Uint8Array.from([...bytes, 0]))).toThrow(/bytes of tensors/);
  });

  test("refuses places that overlap, leave gaps or do not fit the shape, and unknown types", () => {
    const w = (over: object) => JSON.stringify({ w: { dtype: "F32", shape: [1], data_offsets: [0, 4], ...over } });
    expect(nn.decodeSafetensors(file(w({}), 4)).tensors["w"]!.shape).toEqual([1]);
    const cases: readonly [Uint8Array, RegExp][] = [
      [file(w({ data_offsets: [4, 8] }), 8), /"w" at byte 4 where 0 was due/],
      [file(w({ shape: [2] }), 4), /4 bytes for "w" of shape \[2\]/],
      [file(w({ shape: [-1] }), 4), /no shape and place for "w"/],
      [file(w({ dtype: "F8" }), 4), /the type "F8" for "w"/],
      [
        file(
          `{"a":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"BOOL","shape":[2],"data_offsets":[1,3]}}`,
          3,
        ),
        /"b" at byte 1 where 2 was due/,
      ],
      [file("[]"), /a header that is no object/],
      [file("{"), /a header that is no JSON/],
      [file(`{"__metadata__":{"a":1}}`), /metadata that is not text/],
      [Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255), /a header of/],
    ];
    for (const [bytes, message] of cases) expect(() => nn.decodeSafetensors(bytes)).toThrow(message);
  });

  test("any bytes are read or refused with a reason", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(20), (header, body) => {
        try {
          nn.decodeSafetensors(file(header, body));
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: "nn.bad-checkpoint" });
        }
      }),
    );
  });
});

const createModel = (seed: number) => {
  const random = nn.createRandom(seed);
  const vectors = nn.embedding(6, 8, { random });
  return { vectors, encoder: nn.transformerEncoder(8, { random, layers: 1, heads: 2, hidden: 8, dropout: 0.2 }) };
};

describe("the parameters of a model", () => {
  test("are named by their place in it", () => {
    const names = [...nn.parametersOf(createModel(1)).keys()];
    expect(names).toContain("vectors.weight");
    expect(names).toContain("encoder.blocks.0.attention.query.weight");
    expect(names).toContain("encoder.blocks.0.mlp.down.weight");
    expect(names).toContain("encoder.finalNorm.gain");
    expect(names).toContain("encoder.positions.weight");
  });

  test("go into a file and back into another model of the same form", () => {
    const [from, to] = [createModel(1), createModel(2)];
    expect(to.vectors.weight.data).not.toEqual(from.vectors.weight.data);
    const metadata = nn.loadParameters(to, nn.saveParameters(from, { step: "7" }));
    expect(metadata).toEqual({ step: "7" });
    expect([...nn.parametersOf(to).values()]).toEqual([...nn.parametersOf(from).values()]);
  });

  test("of another form are refused, and nothing is written", () => {
    const random = nn.createRandom(1);
    const [small, large] = [{ map: nn.linear(2, 3, { random }) }, { map: nn.linear(2, 4, { random }) }];
    const before = large.map.weight.data.slice();
    expect(() => nn.loadParameters(large, nn.saveParameters(small))).toThrow(
      'expected float32 [2, 4] for "map.weight", found float32 [2, 3]',
    );
    expect(() => nn.loadParameters({}, nn.saveParameters(small))).toThrow('expected nothing for "map.bias"');
    expect(large.map.weight.data).toEqual(before);
  });
});

test("training that goes on from a checkpoint is bit by bit the training that was not interrupted", async () => {
  const tokens = { shape: [2, 4], dtype: "int32" } as const;
  const start = (checkpoint?: Uint8Array) => {
    const { vectors, encoder } = createModel(3);
    return nn.createTrainer({
      backend: native,
      seed: 5,
      ...(checkpoint && { checkpoint }),
      inputs: { tokens },
      loss: (inputs) => nn.crossEntropy(vectors.unembed(encoder(vectors(inputs.tokens))), inputs.tokens),
      optimizer: nn.adamW(),
    });
  };
  const batch = (step: number) => ({ tokens: Int32Array.from({ length: 8 }, (_, i) => (i * 5 + step) % 6) });
  const whole = await start();
  const expected: number[] = [];
  for (let step = 0; step < 6; step++) expected.push(await whole.step(batch(step), 0.01));

  const first = await start();
  const found: number[] = [];
  for (let step = 0; step < 3; step++) found.push(await first.step(batch(step), 0.01));
  const saved = first.checkpoint();
  const second = await start(saved);
  expect(second.steps()).toBe(3);
  for (let step = 3; step < 6; step++) found.push(await second.step(batch(step), 0.01));
  expect(found).toEqual(expected);
  expect(second.checkpoint()).toEqual(whole.checkpoint());
  await Promise.all([whole.close(), first.close(), second.close()]);

  await expect(start(nn.encodeSafetensors({ tensors: {}, metadata: {} }))).rejects.toMatchObject({
    code: "nn.bad-checkpoint",
  });
});
