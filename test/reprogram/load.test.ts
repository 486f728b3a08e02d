/** Files of code models may come from others: what they describe is judged before anything is built. */
import { describe, expect, test } from "vitest";

import { encodeSafetensors } from "../../src/nn/index.ts";
import { readForm } from "../../src/reprogram/code-model/load.ts";

const model = { kind: "transformer", encoderLayers: 2, decoderLayers: 2, heads: 4, feedForward: 32 };

const fileOf = (changes: object, length = 16, merges: readonly (readonly [number, number])[] = []): Uint8Array =>
  encodeSafetensors({
    tensors: {},
    metadata: {
      model: JSON.stringify({ design: { model: { ...model, ...changes } }, merges, scale: "tiny", length }),
    },
  });

describe("the form of a saved code model", () => {
  test("is read where it can be afforded", () => {
    expect(readForm(fileOf({}))).toMatchObject({ length: 16, scale: "tiny" });
  });

  test.each([
    ["very wide", fileOf({ encoderLayers: 8, decoderLayers: 8, feedForward: 1_000_000 })],
    ["very long texts", fileOf({}, 1_000_000)],
  ])("is refused for a monster: %s", (_, bytes) => {
    expect(() => readForm(bytes)).toThrow(/expected a saved code model, found expected at most \d+ /);
  });

  test("is refused for merges that double without end", () => {
    const doubling = Array.from({ length: 45 }, (_, i) => [257 + i, 257 + i] as const);
    expect(() => readForm(fileOf({}, 16, doubling))).toThrow(
      "expected pieces of at most 4096 bytes, found one of 8192",
    );
  });
});
