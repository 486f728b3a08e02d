/** Labelled images as bytes, the shape that every loader of this folder gives. */
import { StropError } from "../../core/errors.ts";
import { joinBytes } from "../../core/join-bytes.ts";

export interface LabelledImages {
  /** Row-major [count, channels, height, width], 0 to 255. */
  readonly pixels: Uint8Array;
  /** [count], from 0. */
  readonly labels: Uint8Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Examples that may be learned from, and examples that nothing was selected on. */
export interface ImageDataset {
  readonly name: DatasetName;
  readonly classes: number;
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  /** Where it came from, for people: `the sample shipped with strop`. */
  readonly source: string;
}

export const datasetNames = ["mnist", "cifar10", "emnist"] as const;
export type DatasetName = (typeof datasetNames)[number];

/** Numbers of one image. */
export const imageSize = ({ channels, height, width }: Omit<LabelledImages, "pixels" | "labels">): number =>
  channels * height * width;

/** The images at these places, in this order. */
export function pickImages(images: LabelledImages, places: ArrayLike<number>): LabelledImages {
  const size = imageSize(images);
  const pixels = new Uint8Array(places.length * size);
  const labels = new Uint8Array(places.length);
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as number;
    pixels.set(images.pixels.subarray(place * size, (place + 1) * size), i * size);
    labels[i] = images.labels[place] as number;
  }
  return { ...images, pixels, labels };
}

/** The first `most`, or all where there are no more. */
export const firstImages = (images: LabelledImages, most: number): LabelledImages =>
  images.labels.length <= most ? images : pickImages(images, [...Array(most).keys()]);

/** One list of several, which must have images of one size. */
export function joinImages(lists: readonly LabelledImages[]): LabelledImages {
  const [first] = lists as readonly [LabelledImages, ...LabelledImages[]];
  if (lists.length === 1) return first;
  return {
    ...first,
    pixels: joinBytes(lists.map((list) => list.pixels)),
    labels: joinBytes(lists.map((list) => list.labels)),
  };
}

/** A data file that is not what it should be. */
export const badData = (file: string, expected: string, found: string): StropError =>
  new StropError("data.malformed", `${file}: expected ${expected}, found ${found}`, {
    hint: "delete the file so that it is fetched again, or give a folder of good files with --data",
  });

/** Throws StropError `data.malformed` for a label that is no class. */
export function requireLabels(labels: Uint8Array, classes: number, file: string): void {
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong !== -1) throw badData(file, `labels from 0 to ${classes - 1}`, `${labels[wrong]} at place ${wrong}`);
}
