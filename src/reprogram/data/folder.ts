/** A data set from a folder: the official files, or any with such names (a subset, say), compressed with gzip or not. */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";

import { messageOf, StropError } from "../../core/errors.ts";
import { parseCifarRecords } from "./cifar.ts";
import { readIdxPair } from "./idx.ts";
import {
  badData,
  type DatasetName,
  type ImageDataset,
  joinImages,
  type LabelledImages,
  requireLabels,
} from "./images.ts";

type Part = "train" | "test";

const CLASSES: Readonly<Record<DatasetName, number>> = { mnist: 10, cifar10: 10, emnist: 62 };

/** The official files of EMNIST have rows and columns exchanged. */
const isTransposedFile = (file: string): boolean => basename(file).startsWith("emnist-");

/** What files of a part are called; EMNIST's official archive holds five other data sets beside ByClass. */
const PATTERNS: Readonly<Record<DatasetName, (part: Part, kind: string) => RegExp>> = {
  mnist: (part, kind) => new RegExp(`^${part === "train" ? "train" : "(t10k|test)"}.*${kind}-ubyte(\\.gz)?$`, "i"),
  emnist: (part, kind) => new RegExp(`byclass.*${part}.*${kind}-ubyte(\\.gz)?$`, "i"),
  cifar10: (part) => (part === "train" ? /^(data_batch|train).*\.bin(\.gz)?$/i : /^test.*\.bin(\.gz)?$/i),
};

const LARGEST_FILE = 2 ** 30;

/** Throws StropError `data.missing` for a file that is not there, `data.malformed` for one that is not what it should be. */
export async function readDatasetFolder(name: DatasetName, folder: string, source = folder): Promise<ImageDataset> {
  const names = (await listFolder(folder)).sort();
  const read = (part: Part) => (name === "cifar10" ? readCifar : readIdx)({ name, folder, names, part });
  const [train, test] = [await read("train"), await read("test")];
  if (train.height !== test.height || train.width !== test.width)
    throw badData(folder, `test images of ${train.height} × ${train.width}`, `${test.height} × ${test.width}`);
  return { name, classes: CLASSES[name], train, test, source };
}

interface Place {
  readonly name: DatasetName;
  readonly folder: string;
  readonly names: readonly string[];
  readonly part: Part;
}

async function readIdx(place: Place): Promise<LabelledImages> {
  const files = ["images-idx3", "labels-idx1"].map((kind) => found(place, kind)[0] as string) as [string, string];
  const [images, labels] = (await Promise.all(files.map(readPlain))) as [Uint8Array, Uint8Array];
  const isTransposed = isTransposedFile(files[0]);
  const pair = readIdxPair({ images, labels, files, isTransposed });
  requireLabels(pair.labels, CLASSES[place.name], files[1]);
  return pair;
}

async function readCifar(place: Place): Promise<LabelledImages> {
  const lists: LabelledImages[] = [];
  for (const file of found(place, "bin")) {
    lists.push(parseCifarRecords(await readPlain(file), file));
    requireLabels((lists.at(-1) as LabelledImages).labels, CLASSES.cifar10, file);
  }
  return joinImages(lists);
}

function found({ name, folder, names, part }: Place, kind: string): string[] {
  const matching = names.filter((file) => PATTERNS[name](part, kind).test(file));
  // The same file, packed and unpacked: once is enough.
  const files = matching.filter((file) => !(file.endsWith(".gz") && matching.includes(file.slice(0, -3))));
  if (files.length > 0) return files.map((file) => join(folder, file));
  const there = names.length === 0 ? "no files" : names.slice(0, 6).join(", ");
  throw new StropError("data.missing", `expected the ${part} ${kind} file of ${name} in ${folder}, found ${there}`, {
    hint: "give the folder that holds the official files",
  });
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    // Some unpackers make a folder of a file's name, with the file in it.
    return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  } catch (cause) {
    throw new StropError("data.missing", `expected a folder with data at ${folder}, found: ${messageOf(cause)}`, {
      hint: "give the folder that holds the official files, or leave --data out to have them fetched",
      cause,
    });
  }
}

async function readPlain(file: string): Promise<Uint8Array> {
  const { size } = await stat(file);
  if (size > LARGEST_FILE) throw badData(file, `at most ${LARGEST_FILE} bytes`, `${size}`);
  const bytes = await readFile(file);
  if (!file.endsWith(".gz")) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_FILE });
  } catch (thrown) {
    throw badData(file, "a whole gzip file", messageOf(thrown));
  }
}
