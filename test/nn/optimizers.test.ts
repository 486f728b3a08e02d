/** Expected values are computed here, by hand or by the published formulas in double precision. */
import { describe, expect, test } from "vitest";
import * as nn from "../../src/nn/index.ts";
import { evaluate, native } from "./support.ts";

/** Minimise ½·Σ scale·w² from w, so that the gradient at each step is scale·w. */
async function descend(
  optimizer: nn.Optimizer,
  options: { start: number[]; scale: number; rate: number; steps: number; shape?: number[] },
) {
  const { start, scale, rate, steps, shape = [start.length] } = options;
  const w = nn.parameter(shape, () => start);
  const trainer = await nn.createTrainer({
    backend: native,
    inputs: { scale: { shape: [] } },
    loss: (inputs) => nn.sum(nn.mul(nn.mul(nn.mul(w, inputs.scale), w), 0.5)),
    optimizer,
  });
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) losses.push(await trainer.step({ scale: Float32Array.of(scale) }, rate));
  trainer.sync();
  await trainer.close();
  return { w: [...w.data], losses };
}

describe("the optimisers take the published steps", () => {
  test("sgd without momentum: w ← w − η·g", async () => {
    const { w, losses } = await descend(nn.sgd(), { start: [1, -2], scale: 1, rate: 0.5, steps: 2 });
    expect(w).toEqual([0.25, -0.5]);
    expect(losses).toEqual([2.5, 0.625]);
  });

  test("sgd with momentum: the velocity carries over", async () => {
    // g = w: v1 = 1, w1 = 0.5; v2 = 0.5·1 + 0.5 = 1, w2 = 0; v3 = 0.5, w3 = −0.25
    const { w } = await descend(nn.sgd({ momentum: 0.5 }), { start: [1], scale: 1, rate: 0.5, steps: 3 });
    expect(w).toEqual([-0.25]);
  });

  test("sgd with Nesterov's look-ahead", async () => {
    // v1 = 1, w1 = 1 − ½(1 + ½) = 0.25; v2 = ½ + ¼ = 0.75, w2 = ¼ − ½(¼ + ⅜) = −0.0625
    const { w } = await descend(nn.sgd({ momentum: 0.5, nesterov: true }), {
      start: [1],
      scale: 1,
      rate: 0.5,
      steps: 2,
    });
    expect(w).toEqual([-0.0625]);
  });

  test("adam moves by the learning rate at first, whatever the gradient's size", async () => {
    for (const scale of [1e-3, 1, 1e3]) {
      const { w } = await descend(nn.adam(), { start: [1, -1], scale, rate: 0.125, steps: 1 });
      expect(w[0]).toBeCloseTo(0.875, 4);
      expect(w[1]).toBeCloseTo(-0.875, 4);
    }
  });

  test("adamW follows its formulas over twenty steps, decaying matrices only", async () => {
    const options = { beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.1 };
    const start = [1, -0.5, 0.25, 2];
    for (const shape of [[2, 2], [4]]) {
      const decay = shape.length === 2 ? 0.1 : 0;
      const { w } = await descend(nn.adamW(options), { start, shape, scale: 3, rate: 0.05, steps: 20 });
      start.forEach((value, i) => expect(w[i]).toBeCloseTo(adamByHand(value, { ...options, weightDecay: decay }), 4));
    }
  });
});

function adamByHand(w: number, o: { beta1: number; beta2: number; epsilon: number; weightDecay: number }): number {
  let [m, v] = [0, 0];
  for (let t = 1; t <= 20; t++) {
    const g = 3 * w;
    m = o.beta1 * m + (1 - o.beta1) * g;
    v = o.beta2 * v + (1 - o.beta2) * g * g;
    const direction = m / (1 - o.beta1 ** t) / (Math.sqrt(v / (1 - o.beta2 ** t)) + o.epsilon);
    w -= 0.05 * (direction + o.weightDecay * w);
  }
  return w;
}

describe("clipping by the global norm", () => {
  const shapes = { a: [2], b: [1] };
  const clip = (maximum: number) => (inputs: Readonly<Record<string, nn.Tensor>>) =>
    nn.concat(nn.clipByGlobalNorm([inputs["a"]!, inputs["b"]!], maximum), 0);
  const gradients = { a: Float32Array.of(2, 3), b: Float32Array.of(6) };

  test("scales all gradients by one factor when their common norm is above the maximum", async () => {
    // √(4 + 9 + 36) = 7
    const clipped = await evaluate(shapes, clip(3.5), gradients);
    [1, 1.5, 3].forEach((value, i) => expect(clipped[i]).toBeCloseTo(value, 6));
  });

  test("leaves smaller gradients alone, and zeros too", async () => {
    expect(await evaluate(shapes, clip(8), gradients)).toEqual([2, 3, 6]);
    expect(await evaluate(shapes, clip(8), { a: new Float32Array(2), b: new Float32Array(1) })).toEqual([0, 0, 0]);
  });
});
