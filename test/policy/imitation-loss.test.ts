import { expect, test } from "vitest";

import { createRandom, greater, type Tensor } from "../../src/nn/index.ts";
import { imitationLoss } from "../../src/policy/imitation-loss.ts";
import { logProbabilities } from "../../src/policy/masked-categorical.ts";
import { compile, expectGradient } from "../nn/support.ts";

const [rows, actions] = [4, 3];
/** The last row is padding; one action of the second row is impossible. */
const mask = Float32Array.from([1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1]);
const expert = Float32Array.from([0.5, 0.5, 0, 0.3, 0, 0.7, 0, 1, 0, 1, 0, 0]);
const targets = [0.3, -0.4, 1.1, 9];
const weights = [1, 1, 1, 0];

const build =
  (coefficients?: { readonly value?: number }) =>
  ({ logits, values }: Readonly<Record<string, Tensor>>) => {
    const { graph } = logits!;
    const vector = (numbers: readonly number[]) => graph.constant(Float32Array.from(numbers), [rows]);
    return imitationLoss(
      {
        logPi: logProbabilities(logits!, greater(graph.constant(mask, [rows, actions]), 0)),
        values: values!,
        expert: graph.constant(expert, [rows, actions]),
        targets: vector(targets),
        weights: vector(weights),
      },
      coefficients,
    );
  };

/** Cross-entropy and the critic's miss in plain arithmetic. */
function byHand(logits: Float32Array, values: Float32Array, value: number): number {
  const each = [0, 1, 2].map((i) => {
    const row = [...logits.subarray(i * actions, (i + 1) * actions)];
    const possible = row.map((x, a) => (mask[i * actions + a] === 1 ? Math.exp(x) : 0));
    const total = possible.reduce((sum, x) => sum + x, 0);
    const crossed = possible.reduce((sum, x, a) => {
      const p = expert[i * actions + a]!;
      return p === 0 ? sum : sum - p * Math.log(x / total);
    }, 0);
    return crossed + value * (values[i]! - targets[i]!) ** 2;
  });
  return each.reduce((sum, x) => sum + x, 0) / each.length;
}

const random = createRandom("imitation");
const draw = (n: number) => Float32Array.from({ length: n }, () => random.normal());
const [logits, values] = [draw(rows * actions), draw(rows)];

test.each([0.5, 0, 2])(
  "the loss of imitation is the cross-entropy and %f times the critic's miss, without the padding",
  async (value) => {
    const run = await compile({ logits: { shape: [rows, actions] }, values: { shape: [rows] } }, (fed) => ({
      loss: build({ value })(fed),
    }));
    expect((await run({ logits, values }))["loss"]![0]).toBeCloseTo(byHand(logits, values, value), 5);
  },
);

test("its gradient is what finite differences give, masked actions and padding included", async () => {
  await expectGradient({ shapes: { logits: [rows, actions], values: [rows] }, build: build() });
});
