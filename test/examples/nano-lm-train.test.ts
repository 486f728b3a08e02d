import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import evaluate from "../../examples/nano-lm/evaluate.ts";
import { createBatches } from "../../examples/nano-lm/prepare.ts";
import train from "../../examples/nano-lm/train.ts";
import { readAssets } from "../nn/assets.ts";
import { createRandom } from "../../src/nn/index.ts";
import type { Trial } from "../../src/task.ts";

const assets = await readAssets();
const file = (name: string) => readFile(new URL(`../../examples/nano-lm/${name}`, import.meta.url));
const [training, validation] = await Promise.all(["data/train.txt", "data/valid.txt"].map(file));

/** A trial whose clock counts steps, so that a test takes the same ones on every machine. */
async function runFor(steps: number) {
  const outputs: Record<string, Uint8Array> = {};
  const losses: number[] = [];
  const trial: Trial = {
    seed: 1,
    trainSeconds: 10,
    data: { "data/train.txt": training! },
    assets,
    async report({ step, loss }) {
      losses.push(loss);
      return { remainingSeconds: Math.max(0, 10 * (1 - step / steps)) };
    },
    async save(name, bytes) {
      outputs[name] = bytes;
    },
  };
  await train(trial);
  const scores = await evaluate({
    assets,
    outputs,
    data: { "data/valid.txt": validation!.subarray(0, 8_000) },
    seed: 1,
    measured: { trainSeconds: 1, cpuSeconds: 1, wallSeconds: 1, peakMemoryBytes: 1 },
  });
  return { losses, outputs, bpb: scores["val_bpb"]! };
}

test(
  "the program trains until its budget is spent, and what it learned shows on unseen text",
  { timeout: 240_000 },
  async () => {
    const untrained = await runFor(1);
    const trained = await runFor(20);
    expect(trained.losses).toHaveLength(20);
    expect(trained.losses[0]).toBeCloseTo(untrained.losses[0]!, 5);
    expect(untrained.bpb).toBeGreaterThan(6);
    expect(trained.bpb).toBeLessThan(untrained.bpb - 1);
    expect(trained.outputs["model.onnx"]!.length).toBeGreaterThan(100_000);
  },
);

test("the same seed and steps give the same model", async () => {
  const [one, other] = [await runFor(2), await runFor(2)];
  expect(other.outputs["model.onnx"]).toEqual(one.outputs["model.onnx"]);
});

test("batches are windows of the text with the bytes that follow them", () => {
  const text = Uint8Array.from({ length: 200 }, (_, i) => i);
  const { bytes, next } = createBatches(text, { batchSize: 3, context: 10, random: createRandom(1) })();
  expect(bytes).toHaveLength(30);
  expect([...next]).toEqual([...bytes].map((byte) => byte + 1));
  for (const row of [0, 1, 2]) expect(bytes[row * 10 + 9]).toBe(bytes[row * 10]! + 9);
  expect(() => createBatches(text, { batchSize: 1, context: 200, random: createRandom(1) })).toThrow(
    "expected a training text of more than 200 bytes, found 200",
  );
});

test("training and validation text share no passage", () => {
  const passages = (text: Uint8Array, every: number) => {
    const found = new Set<string>();
    for (let i = 0; i + 40 <= text.length; i += every)
      found.add(Buffer.from(text.subarray(i, i + 40)).toString("latin1"));
    return found;
  };
  // Every passage of 79 bytes in the validation text contains one of these blocks whole.
  const blocks = passages(validation!, 40);
  const known = passages(training!, 1);
  expect([...blocks].filter((block) => known.has(block))).toEqual([]);
});
