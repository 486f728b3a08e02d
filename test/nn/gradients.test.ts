import { describe, expect, test } from "vitest";
import { createGraph } from "../../src/nn/tensor.ts";
import * as nn from "../../src/nn/index.ts";
import { operatorChecks } from "./operators.ts";
import { compile, expectGradient } from "./support.ts";

describe("the gradient agrees with finite differences", () => {
  for (const [name, check] of Object.entries(operatorChecks)) test(`of ${name}`, () => expectGradient(check));

  test("of layers: linear, normalisation, attention and perceptron together", async () => {
    const random = nn.createRandom(1);
    const layers = [
      nn.rmsNorm(4),
      nn.causalSelfAttention(4, { heads: 2, random }),
      nn.layerNorm(4),
      nn.mlp(4, 8, { random, activation: nn.tanh }),
    ];
    const build = (x: nn.Tensor) => layers.reduce((y, layer) => nn.add(y, layer(y)), x);
    await expectGradient({ shapes: { a: [2, 3, 4] }, build: ({ a }) => build(a!) });
  });
});

describe("gradients of one graph", () => {
  test("go on through a target to those that it is made from", async () => {
    // h = 3w, so that Σ(h² + w²) has the gradients 2h and 18w + 2w.
    const run = await compile({ w: { shape: [2] } }, ({ w }) => {
      const h = nn.mul(w!, 3);
      const [dh, dw] = nn.gradients(nn.sum(nn.add(nn.mul(h, h), nn.mul(w!, w!))), [h, w!]);
      return { dh: dh!, dw: dw! };
    });
    const { dh, dw } = await run({ w: Float32Array.of(1, 2) });
    expect([[...dh!], [...dw!]]).toEqual([
      [6, 12],
      [20, 40],
    ]);
  });

  test("of two losses share a pool", async () => {
    const run = await compile({ x: { shape: [1, 1, 2, 2] } }, ({ x }) => {
      const pooled = nn.maxPool2d(x!, { size: 2 });
      const [once] = nn.gradients(nn.sum(pooled), [x!]);
      const [squared] = nn.gradients(nn.sum(nn.mul(pooled, pooled)), [x!]);
      return { once: once!, squared: squared! };
    });
    const { once, squared } = await run({ x: Float32Array.of(1, 2, 5, 3) });
    expect([[...once!], [...squared!]]).toEqual([
      [0, 0, 1, 0],
      [0, 0, 10, 0],
    ]);
  });
});

describe("gradients are refused", () => {
  const graph = createGraph();
  const x = graph.input("x", [3]);

  test("of a loss that is no scalar", () => {
    expect(() => nn.gradients(x, [x])).toThrow(/expected a scalar loss, found shape \[3\]/);
  });

  test("for a tensor that does not affect the loss", () => {
    expect(() => nn.gradients(nn.sum(x), [graph.input("y", [3])])).toThrow(
      /expected the loss to depend on every target/,
    );
  });

  test("through an operator that has none", () => {
    const rounded = graph.operation("Round", [x], { shape: [3] });
    expect(() => nn.gradients(nn.sum(rounded), [x])).toThrow(/found Round, which has no gradient/);
  });
});
