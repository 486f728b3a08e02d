import { describe, expect, test } from "vitest";

import { createRandom, greater, type Tensor } from "../../src/nn/index.ts";
import { logProbabilities, sampleAction } from "../../src/policy/masked-categorical.ts";
import { type PpoCoefficients, ppoLoss } from "../../src/policy/ppo-loss.ts";
import { compile, expectGradient } from "../nn/support.ts";

const [rows, actions] = [5, 4];
/** The last row is padding; the second action of the first row and all but one of the third's are impossible. */
const mask = Float32Array.from([1, 0, 1, 1, 1, 1, 1, 1, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
const taken = [2, 0, 2, 3, 0];
const old = [-1.1, -2.6, 0, -0.5, -1];
const advantages = [1.5, -0.7, 0.4, -1.2, 9];
const targets = [0.3, -0.4, 1.1, 0.2, 9];
const weights = [1, 1, 1, 1, 0];

const build =
  (coefficients?: PpoCoefficients) =>
  ({ logits, values }: Readonly<Record<string, Tensor>>) => {
    const { graph } = logits!;
    const vector = (numbers: readonly number[]) => graph.constant(Float32Array.from(numbers), [rows]);
    return ppoLoss(
      {
        logPi: logProbabilities(logits!, greater(graph.constant(mask, [rows, actions]), 0)),
        values: values!,
        actions: graph.constant(Int32Array.from(taken), [rows]),
        oldLogProbabilities: vector(old),
        advantages: vector(advantages),
        targets: vector(targets),
        weights: vector(weights),
      },
      coefficients,
    );
  };

/** Equations 2 and 4 in plain arithmetic. */
function byHand(logits: Float32Array, values: Float32Array, { clip = 0.2, value = 0.5, entropy = 0.01 } = {}): number {
  const counted = [0, 1, 2, 3];
  const mean = (of: (i: number) => number) => counted.reduce((sum, i) => sum + of(i), 0) / counted.length;
  const pi = counted.map((i) => {
    const row = [...logits.subarray(i * actions, (i + 1) * actions)];
    const weight = row.map((x, a) => (mask[i * actions + a] === 1 ? Math.exp(x) : 0));
    const total = weight.reduce((sum, x) => sum + x, 0);
    return weight.map((x) => x / total);
  });
  const surrogate = mean((i) => {
    const ratio = pi[i]![taken[i]!]! / Math.exp(old[i]!);
    return Math.min(ratio * advantages[i]!, Math.min(1 + clip, Math.max(1 - clip, ratio)) * advantages[i]!);
  });
  const missed = mean((i) => (values[i]! - targets[i]!) ** 2);
  const spread = mean((i) => -pi[i]!.reduce((sum, p) => sum + (p === 0 ? 0 : p * Math.log(p)), 0));
  return -(surrogate - value * missed + entropy * spread);
}

describe("the PPO loss", () => {
  const random = createRandom("ppo");
  const draw = (n: number) => Float32Array.from({ length: n }, () => random.normal());
  const [logits, values] = [draw(rows * actions), draw(rows)];

  test.each([{}, { clip: 0.05, value: 0, entropy: 0 }, { clip: 0.5, value: 2, entropy: 0.3 }])(
    "is equation 4 with the coefficients %o",
    async (coefficients) => {
      const specs = { logits: { shape: [rows, actions] }, values: { shape: [rows] } };
      const run = await compile(specs, (fed) => ({ loss: build(coefficients)(fed) }));
      expect((await run({ logits, values }))["loss"]![0]).toBeCloseTo(byHand(logits, values, coefficients), 5);
    },
  );

  test("has the gradient that finite differences give, masked actions and padding included", async () => {
    await expectGradient({
      shapes: { logits: [rows, actions], values: [rows] },
      build: build({ clip: 0.3, entropy: 0.2 }),
    });
  });
});

test("actions are drawn as often as their probabilities say, and masked ones never", () => {
  const random = createRandom("draws");
  const logPi = [Math.log(0.2), -1e9, Math.log(0.7), Math.log(0.1), -1e9];
  const counts = [0, 0, 0, 0, 0];
  for (let i = 0; i < 20_000; i++) counts[sampleAction(logPi, random)]!++;
  expect([counts[1], counts[4]]).toEqual([0, 0]);
  expect(counts[0]! / 20_000).toBeCloseTo(0.2, 1);
  expect(counts[2]! / 20_000).toBeCloseTo(0.7, 1);
});
