import { afterAll, beforeAll, expect, test } from "vitest";

import { nativeBackend } from "../../src/nn/index.ts";
import { lengthFor } from "../../src/reprogram/code-model/batch.ts";
import { createCodeModel, type CodeModel } from "../../src/reprogram/code-model/code-model.ts";
import type { Design } from "../../src/reprogram/design/design.ts";
import { countChanges } from "../../src/reprogram/families/family.ts";
import { transformerFamily } from "../../src/reprogram/families/transformer.ts";
import { drawRefinements } from "../../src/reprogram/refinements.ts";
import { learnTokenizer } from "../../src/reprogram/tokenizer/tokenizer.ts";
import { run } from "./helpers.ts";

const pairs = drawRefinements(transformerFamily, { count: 6, seed: 3 });
const design: Design = {
  model: { kind: "transformer", encoderLayers: 1, decoderLayers: 1, heads: 4, feedForward: 128 },
  train: { batch: pairs.length, optimizer: "muon", warmupSteps: 10 },
};
let model: CodeModel;
let losses: number[];
beforeAll(async () => {
  const corpus = pairs.flatMap(({ source, target }) => [source, target]);
  const tokenizer = learnTokenizer(corpus);
  const backend = await nativeBackend({ threads: 1 });
  const length = lengthFor(tokenizer, corpus);
  model = await createCodeModel(design, tokenizer, { backend, scale: "tiny", seed: 1, length });
  losses = [];
  for (let step = 0; step < 120; step++) losses.push(await model.trainStep(pairs));
}, 300_000);
afterAll(() => model.close());

test("a tiny model learns a tiny set of refinements to a loss near zero", async () => {
  expect(losses[0]).toBeGreaterThan(3);
  expect(await model.loss(pairs)).toBeLessThan(0.02);
});

test("what it then writes runs, and is one design change away from what it was given", async () => {
  const sources = pairs.map(({ source }) => source);
  const written = await model.generate(sources, { n: 2, temperature: 0.3, seed: 1 });
  for (const [i, texts] of written.entries())
    for (const text of texts) {
      const [before, after] = [await run(sources[i]!), await run(text)];
      if (!before.ok || !after.ok) throw new Error(`does not run: ${text}`);
      const [from, to] = [before, after].map(({ design: one }) => transformerFamily.settings(one)!);
      expect(countChanges(from!, to!)).toBe(1);
    }
});
