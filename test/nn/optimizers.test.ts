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

describe("muon", () => {
  test("steps by a matrix whose singular values are all near 1, whatever the gradient's were", async () => {
    // A diagonal gradient keeps its singular vectors: the step is diagonal too, and shows what became of 1 and 0.04.
    const { w } = await descend(nn.muon({ momentum: 0 }), {
      start: [1, 0, 0, 0.04],
      shape: [2, 2],
      scale: 3,
      rate: 1,
      steps: 1,
    });
    const steps = [1 - w[0]!, 0.04 - w[3]!];
    steps.forEach((step) => expect(Math.abs(step - 0.95)).toBeLessThan(0.3));
    [w[1]!, w[2]!].forEach((off) => expect(Math.abs(off)).toBeLessThan(1e-6));
  });

  test("follows its formula over several steps, tall or wide", async () => {
    // Twice as wide as high and wider, the iteration is done on x·xᵀ alone.
    for (const shape of [
      [2, 3],
      [3, 2],
      [2, 4],
      [5, 2],
    ] as const) {
      const start = [1, -0.5, 0.25, 2, 0.75, -1, 0.5, -0.125, 3, -2].slice(0, shape[0] * shape[1]);
      const options = { momentum: 0.9, weightDecay: 0.1 };
      const { w } = await descend(nn.muon(options), { start, shape: [...shape], scale: 2, rate: 0.1, steps: 4 });
      muonByHand(start, shape, options).forEach((value, i) => expect(w[i]).toBeCloseTo(value, 4));
    }
  });

  test("refuses vectors, which a choice by parameter gives to another optimiser", async () => {
    const options = { start: [1, 2], scale: 1, rate: 0.1, steps: 1 };
    await expect(descend(nn.muon(), options)).rejects.toThrow(
      "muon: expected a parameter of at least two axes, found [2]; give it another optimiser",
    );
  });
});

test("each group of parameters has its own optimiser and rate", async () => {
  const [matrix, vector] = [nn.parameter([2, 2], nn.ones), nn.parameter([2], nn.ones)];
  const [matrices, vectors] = [nn.adam(), nn.scaled(nn.adam({ beta1: 0.5 }), 0.5)];
  const trainer = await nn.createTrainer({
    backend: native,
    inputs: { x: { shape: [2] } },
    loss: ({ x }) => nn.add(nn.sum(nn.mul(matrix, x)), nn.sum(nn.mul(vector, x))),
    optimizer: ({ shape }) => (shape.length > 1 ? matrices : vectors),
  });
  for (let i = 0; i < 3; i++) await trainer.step({ x: Float32Array.of(1, 1) }, 0.1);
  trainer.sync();
  await trainer.close();
  // A constant gradient of 1 makes every Adam step exactly the rate.
  matrix.data.forEach((w) => expect(w).toBeCloseTo(0.7, 5));
  vector.data.forEach((w) => expect(w).toBeCloseTo(0.85, 5));
});

test("frozen parameters stay as they are", async () => {
  const [free, frozen] = [nn.parameter([2], nn.ones), nn.parameter([2], nn.ones, { isFrozen: true })];
  const trainer = await nn.createTrainer({
    backend: native,
    inputs: { x: { shape: [2] } },
    loss: ({ x }) => nn.sum(nn.mul(nn.mul(x, free), frozen)),
    optimizer: nn.sgd(),
  });
  expect(trainer.size).toBe(2);
  await trainer.step({ x: Float32Array.of(1, 2) }, 0.5);
  trainer.sync();
  await trainer.close();
  expect([...free.data, ...frozen.data]).toEqual([0.5, 0, 1, 1]);
});

test("orthogonal initial values have orthogonal rows or columns of the wanted length", () => {
  for (const [rows, columns] of [
    [5, 3],
    [3, 5],
  ] as const) {
    const m = [...nn.orthogonal(nn.createRandom(1), 2)([rows, columns])];
    const at = (r: number, c: number) => m[r * columns + c]!;
    const dot = (i: number, j: number) =>
      rows < columns
        ? Array.from({ length: columns }, (_, c) => at(i, c) * at(j, c)).reduce((a, b) => a + b)
        : Array.from({ length: rows }, (_, r) => at(r, i) * at(r, j)).reduce((a, b) => a + b);
    for (let i = 0; i < 3; i++) for (let j = 0; j <= i; j++) expect(dot(i, j)).toBeCloseTo(i === j ? 4 : 0, 5);
  }
});

/** The same steps in double precision with plain loops; the gradient is 2·w. */
function muonByHand(
  start: readonly number[],
  [rows, columns]: readonly [number, number],
  { momentum, weightDecay }: { momentum: number; weightDecay: number },
): number[] {
  let w = [...start];
  let v = w.map(() => 0);
  for (let t = 0; t < 4; t++) {
    const g = w.map((value) => 2 * value);
    v = v.map((value, i) => momentum * value + (1 - momentum) * g[i]!);
    const direction = v.map((value, i) => (1 - momentum) * g[i]! + momentum * value);
    const norm = Math.hypot(...direction) + 1e-7;
    let x = direction.map((value) => value / norm);
    for (let k = 0; k < 5; k++) {
      const at = (r: number, c: number) => x[r * columns + c]!;
      // G = X·Xᵀ; X ← a·X + (b·G + c·G²)·X, which does not care which side is longer.
      const G = (r: number, s: number) =>
        Array.from({ length: columns }, (_, c) => at(r, c) * at(s, c)).reduce((a, b) => a + b);
      const G2 = (r: number, s: number) =>
        Array.from({ length: rows }, (_, q) => G(r, q) * G(q, s)).reduce((a, b) => a + b);
      x = x.map((value, i) => {
        const [r, c] = [Math.floor(i / columns), i % columns];
        const mixed = Array.from({ length: rows }, (_, s) => (-4.775 * G(r, s) + 2.0315 * G2(r, s)) * at(s, c));
        return 3.4445 * value + mixed.reduce((a, b) => a + b);
      });
    }
    const scale = 0.1 * Math.sqrt(Math.max(1, columns / rows));
    w = w.map((value, i) => value * (1 - 0.1 * weightDecay) - scale * x[i]!);
  }
  return w;
}

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
