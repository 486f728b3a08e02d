import { describe, expect, it } from "vitest";

import { createRandom } from "../../../../src/core/numerics/random.ts";
import {
  type TrainedNetwork,
  trainNetwork,
  type TrainNetworkOptions,
} from "../../../../src/loop/reprogram/networks/train-network.ts";
import { openBackend } from "../../../../src/loop/reprogram/open-backend.ts";
import type { LabelledImages } from "../../../../src/reprogram/data/images.ts";
import { conv, dense, dropout, globalPool, norm, pool, residual } from "../../../../src/reprogram/design/vocabulary.ts";
import type { LayerDesign, TrainingDesign } from "../../../../src/reprogram/design/design.ts";

/** 8 × 8 noise; the label says in which half there is a bright square. */
function squares(count: number, seed: number): LabelledImages {
  const random = createRandom(seed);
  const pixels = Uint8Array.from({ length: count * 64 }, () => random.integer(60));
  const labels = Uint8Array.from({ length: count }, () => random.integer(2));
  labels.forEach((label, image) => {
    const [row, column] = [random.integer(6), 4 * label + random.integer(2)];
    for (const at of [0, 1, 8, 9]) pixels[image * 64 + row * 8 + column + at] = 255;
  });
  return { pixels, labels, channels: 1, height: 8, width: 8 };
}

const backend = await openBackend({ name: "native", threads: 1 });
const options: TrainNetworkOptions = {
  backend,
  classes: 2,
  epochs: 6,
  seed: 1,
  seconds: 600,
  signal: new AbortController().signal,
};
const train = (
  layers: readonly LayerDesign[],
  over: Partial<TrainNetworkOptions> = {},
  how: TrainingDesign | undefined = { batch: 16 },
) => trainNetwork({ model: { kind: "network", layers }, train: how }, squares(160, 1), { ...options, ...over });

const lossesOf = (trained: TrainedNetwork): readonly number[] => (trained.ok ? trained.losses : []);

const CONVOLUTIONS: readonly LayerDesign[] = [conv(4), pool(), dropout(0.1), dense(16)];

describe("a network", () => {
  it("of every kind of layer learns, and is measured on images that it has not seen", async () => {
    const trained = await train(CONVOLUTIONS);
    if (!trained.ok) throw new Error(trained.reason);
    expect(trained.losses).toHaveLength(60);
    expect(trained.losses.at(-1)).toBeLessThan(0.5 * (trained.losses[0] as number));
    // More images than a batch of the measurement, and no multiple of it.
    expect(await trained.accuracyOn(squares(130, 2))).toBeGreaterThan(0.9);
  });

  it("may be normalised and residual, and learns as well by the recipe of sources without train()", async () => {
    const layers = [conv(4), pool(), norm(), residual([conv(4), norm()]), dense(16), norm()];
    const trained = await trainNetwork({ model: { kind: "network", layers } }, squares(160, 1), {
      ...options,
      epochs: 12,
    });
    if (!trained.ok) throw new Error(trained.reason);
    expect(trained.losses).toHaveLength(60);
    // Measured with the statistics that training kept, one batch at a time.
    expect(await trained.accuracyOn(squares(130, 2))).toBeGreaterThan(0.9);
  });

  it("that is told not to be too sure is not, and is right as often", async () => {
    const trained = await train(CONVOLUTIONS, { smoothing: 0.2, epochs: 12 });
    if (!trained.ok) throw new Error(trained.reason);
    // The least loss there can be: the entropy of 0.9 and 0.1.
    expect(Math.min(...trained.losses)).toBeGreaterThan(0.325);
    expect(trained.losses.at(-1)).toBeLessThan(0.45);
    expect(await trained.accuracyOn(squares(130, 2))).toBeGreaterThan(0.9);
  });

  it("may end in a global pool, which knows what there is but not where", async () => {
    const losses = lossesOf(await train([conv(4), globalPool()], { epochs: 2 }));
    expect(losses).toHaveLength(20);
    expect(losses.at(-1)).toBeGreaterThan(0.5);
  });

  it("is the same network, bit by bit, with the same seed, and another with another", async () => {
    const [first, again, other] = [
      await train(CONVOLUTIONS),
      await train(CONVOLUTIONS),
      await train(CONVOLUTIONS, { seed: 2 }),
    ];
    expect(lossesOf(again)).toEqual(lossesOf(first));
    expect(lossesOf(other)).not.toEqual(lossesOf(first));
  });

  it("that diverges is a result with a reason", async () => {
    const diverged = await train(
      [{ layer: "dense", size: 16 }],
      {},
      { batch: 16, optimizer: "sgd", learningRate: 10, clipNorm: 1e6 },
    );
    if (diverged.ok) expect(Math.max(...diverged.losses)).toBeGreaterThan(10);
    else expect(diverged).toMatchObject({ status: "crashed", reason: expect.stringMatching(/^the loss became/) });
  });

  it("is stopped by whoever watches its curve, which covers the whole budget", async () => {
    const seen: number[] = [];
    const observe = ({ seconds }: { seconds: number }) => {
      seen.push(seconds);
      return seconds >= 50 ? "hopeless" : undefined;
    };
    expect(await train([], { observe })).toEqual({ ok: false, status: "stopped-early", reason: "hopeless" });
    expect(seen).toHaveLength(30);
    expect(seen.at(-1)).toBe(50);
  });

  it("that takes too long is timed out, and a user's interruption is no result", async () => {
    expect(await train([], { seconds: 0 })).toMatchObject({ ok: false, status: "timed-out" });
    await expect(train([], { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  });
});

describe("a layer with very many inputs", () => {
  it("learns at a lower rate, so that a wide network is trained and not thrown about", async () => {
    const trained = await train([conv(512, 1), dense(16)], { epochs: 2 });
    expect(Math.max(...lossesOf(trained))).toBeLessThan(2);
  });
});
