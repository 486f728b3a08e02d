/**
 * The three splits of an experiment (paper §4.2, and a third): what networks learn from, what selects among them, and what
 * nothing was selected on, from which the reported accuracy comes. Seeded, and disjoint by construction.
 */
import { createRandom } from "../../core/numerics/random.ts";
import { StropError } from "../../core/errors.ts";
import { type ImageDataset, type LabelledImages, pickImages } from "./images.ts";

export interface SplitSizes {
  /** Images that candidates are trained on. */
  readonly subset: number;
  /** Images that select among them. */
  readonly selection: number;
  /** Images of the test set that are reported on; default all. */
  readonly report?: number | undefined;
}

export interface Splits {
  readonly subset: LabelledImages;
  readonly selection: LabelledImages;
  /** All training images but `selection`: what the best network is trained on in the end. */
  readonly all: LabelledImages;
  readonly report: LabelledImages;
}

/** Throws StropError `data.too-few` when the data set is too small for them. */
export function splitDataset(dataset: ImageDataset, sizes: SplitSizes, seed: number): Splits {
  requireEnough(dataset, sizes);
  const { train, test } = dataset;
  const { subset, selection, report = test.labels.length } = sizes;
  const count = train.labels.length;
  const order = createRandom(seed)
    .fork("split")
    .shuffle([...Array(count).keys()]);
  return {
    selection: pickImages(train, order.slice(0, selection)),
    subset: pickImages(train, order.slice(selection, selection + subset)),
    all: pickImages(train, order.slice(selection)),
    report: report === test.labels.length ? test : pickImages(test, [...Array(report).keys()]),
  };
}

/** Throws as `splitDataset` does, and copies nothing. */
export function requireEnough({ name, train, test }: ImageDataset, sizes: SplitSizes): void {
  const { subset, selection, report = test.labels.length } = sizes;
  const count = train.labels.length;
  if (subset + selection <= count && report <= test.labels.length) return;
  throw new StropError(
    "data.too-few",
    `expected at least ${subset} + ${selection} training and ${report} test images of ${name}, ` +
      `found ${count} and ${test.labels.length}`,
    { hint: "ask for fewer with --subset, --selection and --report, or give more data with --data" },
  );
}
