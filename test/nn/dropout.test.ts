import { describe, expect, test } from "vitest";
import { inputTensors, serialize } from "../../src/nn/model.ts";
import * as nn from "../../src/nn/index.ts";
import { native, wasm } from "./support.ts";

const n = 1 << 16;

/** What dropout makes of ones, at one seed, as 0 and 1. */
async function masks(rate: number, seeds: readonly number[], backend: nn.Backend = native): Promise<number[][]> {
  const inputs = inputTensors({ x: { shape: [n] } }, { isTraining: true });
  const y = nn.dropout(inputs.x, rate);
  const seed = inputs.x.graph.once("seed", () => expect.unreachable("dropout has made no seed"));
  const session = await backend.open(serialize({ inputs: [inputs.x, seed], outputs: { y } }));
  const x: nn.Value = { dtype: "float32", shape: [n], data: new Float32Array(n).fill(1) };
  const found: number[][] = [];
  for (const value of seeds) {
    const outputs = await session.run({ x, seed: { dtype: "int32", shape: [], data: Int32Array.of(value) } });
    found.push([...nn.float32Of(outputs["y"])]);
  }
  await session.close();
  return found;
}

const correlation = (a: readonly number[], b: readonly number[]): number => {
  const mean = (xs: readonly number[]) => xs.reduce((s, x) => s + x, 0) / xs.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = (xs: readonly number[], mx: number, ys: readonly number[], my: number) =>
    xs.reduce((s, x, i) => s + (x - mx) * (ys[i]! - my), 0);
  return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
};

describe("dropout", () => {
  test("drops the given share and scales the rest, so that the mean stays", async () => {
    for (const rate of [0.1, 0.5, 0.9]) {
      const [mask] = await masks(rate, [12345]);
      const kept = mask!.filter((value) => value !== 0);
      expect(new Set(kept)).toEqual(new Set([Math.fround(1 / (1 - rate))]));
      // Five standard deviations of a binomial share.
      expect(Math.abs(kept.length / n - (1 - rate))).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / n));
    }
  });

  test("is uncorrelated between positions at any distance and between seeds", async () => {
    const [first, second] = (await masks(0.3, [1, 2])) as [number[], number[]];
    const limit = 5 / Math.sqrt(n);
    expect(Math.abs(correlation(first, second))).toBeLessThan(limit);
    for (const lag of [1, 2, 3, 5, 8, 64, 128, 255, 256, 1024, 4096, 10946])
      expect(Math.abs(correlation(first.slice(lag), first.slice(0, -lag))), `lag ${lag}`).toBeLessThan(limit * 1.2);
  });

  test("has the same masks on both backends", async () => {
    expect(await masks(0.2, [7, -9], wasm)).toEqual(await masks(0.2, [7, -9]));
  });

  test("does nothing outside training, and refuses a rate of 1", () => {
    const x = nn.createGraph().input("x", [3]);
    expect(nn.dropout(x, 0.5)).toBe(x);
    expect(() => nn.dropout(x, 1)).toThrow("dropout: expected a rate in [0, 1), found 1");
  });

  test("gives the same training again for the same seed, another for another, and a gradient through kept elements only", async () => {
    const train = async (seed: number) => {
      const w = nn.parameter([64], nn.ones);
      const trainer = await nn.createTrainer({
        backend: native,
        seed,
        inputs: { x: { shape: [64] } },
        loss: ({ x }) => nn.sum(nn.dropout(nn.mul(x, w), 0.5)),
        optimizer: nn.sgd(),
      });
      const x = new Float32Array(64).fill(1);
      const losses = [await trainer.step({ x }, 1), await trainer.step({ x }, 1)];
      trainer.sync();
      await trainer.close();
      return { losses, w: [...w.data] };
    };
    const [once, again, other] = [await train(1), await train(1), await train(2)];
    expect(again).toEqual(once);
    expect(other.w).not.toEqual(once.w);
    // Two steps, each of which takes 0 or 2 from each weight.
    expect(new Set(once.w)).toEqual(new Set([1, -1, -3]));
  });
});
