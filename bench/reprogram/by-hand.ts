/**
 * One network given by hand, trained as a final training is, with one thing changed at a time: what a recipe is worth.
 *
 *     node bench/reprogram/by-hand.ts emnist --data DIR [--stages 16,32] [--residuals 1] [--convs 1] [--hidden 128] [--global-pool]
 *         [--images 40000] [--smoothing 0.1] [--shift 1] [--mirror] [--held-out 10000] [--epochs 4] [--seed 1]
 *         [--dropout 0.3] [--train '{ "batch": 64 }']
 *
 * It learns from so many training images and is measured on others of them, so that no choice is made on test images; `--held-out 0`
 * measures on the test images, once the choice is made, and learns from the last `--images` of the shuffled training images, as a run
 * does that selects on the first.
 */
import { parseArgs } from "node:util";

import { createRandom } from "../../src/core/numerics/random.ts";
import { openBackend } from "../../src/loop/reprogram/open-backend.ts";
import { RECIPE, trainNetwork } from "../../src/loop/reprogram/networks/train-network.ts";
import { loadDataset } from "../../src/reprogram/data/load-dataset.ts";
import { type DatasetName, pickImages } from "../../src/reprogram/data/images.ts";
import { conv, dense, dropout, globalPool, norm, pool, residual } from "../../src/reprogram/design/vocabulary.ts";

const text = { type: "string" } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: text,
    stages: { ...text, default: "16,32" },
    residuals: { ...text, default: "1" },
    // Of a residual block.
    convs: { ...text, default: "1" },
    hidden: { ...text, default: "128" },
    "global-pool": { type: "boolean", default: false },
    images: { ...text, default: "40000" },
    "held-out": { ...text, default: "10000" },
    smoothing: { ...text, default: "0" },
    shift: { ...text, default: "0" },
    mirror: { type: "boolean", default: false },
    epochs: { ...text, default: "4" },
    seed: { ...text, default: "1" },
    // Before the hidden layers.
    dropout: text,
    // What differs from the recipe that a source without train() learns by.
    train: { ...text, default: "{}" },
  },
});
const numbers = (list: string): number[] => list.split(",").filter(Boolean).map(Number);
const signal = new AbortController().signal;
const { train, test, classes } = await loadDataset(positionals[0] as DatasetName, { data: values.data, signal });
const [images, heldOut] = [Number(values.images), Number(values["held-out"])];
const order = createRandom("try").shuffle([...train.labels.keys()]);
const first = heldOut === 0 ? train.labels.length - images : heldOut;

const stage = (channels: number) => [conv(channels), pool(), norm()];
const blocks = (channels: number) => Array.from({ length: Number(values.residuals) }, () => block(channels));
const block = (channels: number) =>
  residual(Array.from({ length: Number(values.convs) }, () => [conv(channels), norm()]).flat());
const layers = [
  ...numbers(values.stages).flatMap((channels) => [...stage(channels), ...blocks(channels)]),
  ...(values["global-pool"] ? [globalPool()] : []),
  ...(values.dropout === undefined ? [] : [dropout(Number(values.dropout))]),
  ...numbers(values.hidden).map((size) => dense(size)),
];

const begun = process.cpuUsage();
const trained = await trainNetwork(
  { model: { kind: "network", layers }, train: { ...RECIPE, ...JSON.parse(values.train) } },
  pickImages(train, order.slice(first, first + images)),
  {
    backend: await openBackend({ name: "native", threads: 1 }),
    classes,
    epochs: Number(values.epochs),
    seed: Number(values.seed),
    seconds: Number.POSITIVE_INFINITY,
    augment: { mirror: values.mirror, shift: Number(values.shift) },
    smoothing: Number(values.smoothing),
    signal,
  },
);
if (!trained.ok) throw new Error(trained.reason);
const accuracy = await trained.accuracyOn(heldOut === 0 ? test : pickImages(train, order.slice(0, heldOut)));
const { user, system } = process.cpuUsage(begun);
console.log(`${(100 * accuracy).toFixed(2)} % right, ${((user + system) / 1e6).toFixed(0)} CPU seconds`);
