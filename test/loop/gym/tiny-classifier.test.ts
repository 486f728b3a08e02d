import { expect, test } from "vitest";

import { createRandom } from "../../../src/core/numerics/random.ts";
import { type Batch, trainClassifier } from "../../../src/loop/gym/tiny-classifier.ts";

/** Two classes that one direction tells apart. */
const batch: Batch = {
  inputs: Array.from({ length: 20 }, (_, i) => Float64Array.of(i % 2 === 0 ? 1 : -1, Math.sin(i), 0.5)),
  labels: Array.from({ length: 20 }, (_, i) => i % 2),
  classes: 2,
};
const values = {
  learningRate: 0.3,
  momentum: 0.5,
  weightDecay: 0.0001,
  hidden: 4,
  batchSize: 4,
  initScale: 0.5,
  dropout: 0,
  smoothing: 0,
  activation: "tanh",
  useBias: true,
};
const none = { decay: false, clip: false, twice: false, ascent: false };
const train = (more: Partial<typeof values> = {}, changes: Partial<typeof none> = {}): number =>
  trainClassifier({
    train: batch,
    check: batch,
    values: { ...values, ...more },
    changes: { ...none, ...changes },
    random: createRandom("tiny"),
  });

test("learns what can be told apart, with every activation, and not by climbing the loss", () => {
  for (const activation of ["tanh", "relu", "linear"]) expect(train({ activation, hidden: 8 })).toBeLessThan(0.1);
  expect(train({}, { ascent: true })).toBeGreaterThan(Math.log(2));
});

test("every knob and every rewrite does something, and the same seed the same", () => {
  const plain = train();
  expect(train()).toBe(plain);
  const others = [
    train({ learningRate: 0.03 }),
    train({ momentum: 0 }),
    train({ weightDecay: 0.1 }),
    train({ hidden: 2 }),
    train({ batchSize: 8 }),
    train({ initScale: 0.05 }),
    train({ dropout: 0.5 }),
    train({ smoothing: 0.3 }),
    train({ useBias: false }),
    train({}, { decay: true }),
    train({ learningRate: 3 }, { clip: true }),
    train({}, { twice: true }),
  ];
  for (const loss of others) expect(loss).not.toBe(plain);
});
