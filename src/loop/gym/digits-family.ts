/**
 * A small classifier that is really trained, on the digits that come with strop: a hidden layer by stochastic gradient descent within a fixed
 * amount of arithmetic, so that width, batch and rate have to suit each other. A task is a few classes and a few images of each.
 */
import { createRandom, type Random } from "../../core/numerics/random.ts";
import type { Family } from "../../propose/policy/gym/gym-task.ts";
import { tunableTask } from "../../propose/policy/gym/tunable-task.ts";
import { loadDataset } from "../../reprogram/data/load-dataset.ts";
import { choice, few, rate, share } from "../../propose/policy/gym/domains.ts";
import { type Batch, trainClassifier } from "./tiny-classifier.ts";

/** Images are seen as 7 × 7 means of 4 × 4 pixels. */
const SIDE = 7;
const CELL = 4;
const CLASSES = 4;
const EXAMPLES = 60;

interface Digits {
  readonly inputs: readonly Float64Array[];
  readonly labels: Uint8Array;
}

async function readDigits(): Promise<Digits> {
  const { train } = await loadDataset("mnist", { sample: "only" });
  const { pixels, width } = train;
  const inputs = Array.from(train.labels, (_, image) => {
    const seen = new Float64Array(SIDE * SIDE);
    for (let i = 0; i < width * width; i++) {
      const [row, column] = [Math.floor(i / width / CELL), Math.floor((i % width) / CELL)];
      seen[row * SIDE + column]! += (pixels[image * width * width + i] as number) / 255 / CELL ** 2;
    }
    return seen;
  });
  return { inputs, labels: train.labels };
}

/** The family; reads the images once. */
export async function digitsFamily(): Promise<Family> {
  const digits = await readDigits();
  return {
    name: "digits",
    make(random) {
      const classes = random.shuffle([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).slice(0, CLASSES);
      const drawn = batchOf(digits, classes, random);
      const half = drawn.labels.length >> 1;
      const part = (from: number, to: number): Batch => ({
        inputs: drawn.inputs.slice(from, to),
        labels: drawn.labels.slice(from, to),
        classes: CLASSES,
      });
      const [train, check] = [part(0, half), part(half, 2 * half)];
      const seed = random.integer(2 ** 31);
      return tunableTask(
        {
          name: "digits",
          literals: [
            { name: "learningRate", scope: "train", domain: rate(10 ** (-2.5 + 2 * random.next())) },
            { name: "momentum", scope: "train", domain: share },
            { name: "weightDecay", scope: "train", domain: rate(0.01) },
            { name: "hidden", scope: "model", domain: few(2 + random.integer(8)) },
            { name: "batchSize", scope: "train", domain: few(4 + random.integer(8)) },
            { name: "initScale", scope: "model", domain: rate(0.1) },
            { name: "dropout", scope: "model", domain: share },
            { name: "smoothing", scope: "loss", domain: share },
            { name: "activation", scope: "model", domain: choice("relu", "tanh", "linear") },
            { name: "useBias", scope: "model", domain: choice(false, true) },
          ],
          rewrites: RULES.map((rule) => ({ rule })),
          evaluate(values, applied) {
            if (applied.has(BROKEN)) return null;
            const changes = {
              decay: applied.has(0),
              clip: applied.has(1),
              twice: applied.has(2),
              ascent: applied.has(3),
            };
            return trainClassifier({ train, check, values, changes, random: createRandom(seed) });
          },
        },
        random,
      );
    },
  };
}

/** Decay of the rate, clipping, a repeated update, ascent, and a line too few. */
const RULES = ["schedules", "training", "statements", "operators", "argument-order"] as const;
const BROKEN = 4;

function batchOf({ inputs, labels }: Digits, classes: readonly number[], random: Random): Omit<Batch, "classes"> {
  const all = random.shuffle(inputs.map((_, i) => i)).filter((i) => classes.includes(labels[i] as number));
  const places = all.slice(0, 2 * EXAMPLES);
  return {
    inputs: places.map((i) => inputs[i] as Float64Array),
    labels: places.map((i) => classes.indexOf(labels[i] as number)),
  };
}
