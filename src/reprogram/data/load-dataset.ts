/** One data set, from wherever it can be had: a folder of the user's, the shipped sample, the cache, the network. */
import { fileURLToPath } from "node:url";

import { messageOf, StropError } from "../../core/errors.ts";
import { cachedDataset, type CacheOptions } from "./cache.ts";
import { readDatasetFolder } from "./folder.ts";
import type { DatasetName, ImageDataset } from "./images.ts";

export interface LoadOptions extends CacheOptions {
  /** A folder with the official files, or some with such names. */
  readonly data?: string | undefined;
  /** `only`: the shipped sample, MNIST only. `fallback`: if nothing else can be had. Default `fallback`. */
  readonly sample?: "only" | "fallback" | "never" | undefined;
  /** Told why the sample is used instead. */
  readonly onFallback?: ((reason: string) => void) | undefined;
}

/** 2,000 digits of MNIST: 1,600 of its training set, 400 of its test set. */
const sampleFolder = (): string => fileURLToPath(new URL("./sample", import.meta.url));

const readSample = (): Promise<ImageDataset> =>
  readDatasetFolder("mnist", sampleFolder(), "the sample of 2,000 digits shipped with strop");

/** Throws StropError `data.offline`, `data.missing`, `data.malformed`, `data.checksum`, `data.no-sample`. */
export async function loadDataset(name: DatasetName, options: LoadOptions = {}): Promise<ImageDataset> {
  const { data, sample = "fallback", onFallback } = options;
  if (data !== undefined) return readDatasetFolder(name, data);
  if (sample === "only") return requireSample(name);
  try {
    return await readDatasetFolder(name, await cachedDataset(name, options), `the official files of ${name}`);
  } catch (thrown) {
    const isOffline = thrown instanceof StropError && thrown.code === "data.offline";
    if (!isOffline || name !== "mnist" || sample === "never") throw thrown;
    onFallback?.(messageOf(thrown));
    return readSample();
  }
}

function requireSample(name: DatasetName): Promise<ImageDataset> {
  if (name === "mnist") return readSample();
  throw new StropError("data.no-sample", `expected mnist, the only data set with a shipped sample, found ${name}`, {
    hint: "give a folder that holds the official files with --data",
  });
}
