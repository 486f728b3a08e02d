import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { readDatasetFolder } from "../../../src/reprogram/data/folder.ts";
import { parseIdx } from "../../../src/reprogram/data/idx.ts";
import { loadDataset } from "../../../src/reprogram/data/load-dataset.ts";
import { folderOf, idx } from "./fixtures.ts";

const digits = {
  "train-images-idx3-ubyte": idx([2, 2, 3], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255]),
  "train-labels-idx1-ubyte": idx([2], [7, 0]),
  "t10k-images-idx3-ubyte.gz": gzipSync(idx([1, 2, 3], [9, 8, 7, 6, 5, 4])),
  "t10k-labels-idx1-ubyte.gz": gzipSync(idx([1], [3])),
};
const record = (label: number, byte: number): Buffer => Buffer.alloc(3073, byte).fill(label, 0, 1);

describe("a folder of data", () => {
  it("is read as MNIST, compressed or not", async () => {
    const { train, test, classes } = await readDatasetFolder("mnist", folderOf(digits));
    expect(classes).toBe(10);
    expect([...train.pixels]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255]);
    expect([...train.labels]).toEqual([7, 0]);
    expect([train.channels, train.height, train.width]).toEqual([1, 2, 3]);
    expect([...test.pixels]).toEqual([9, 8, 7, 6, 5, 4]);
  });

  it("is read once where a file lies there packed and unpacked", async () => {
    const packed = gzipSync(idx([2], [7, 0]));
    const { train } = await readDatasetFolder("mnist", folderOf({ ...digits, "train-labels-idx1-ubyte.gz": packed }));
    expect([...train.labels]).toEqual([7, 0]);
  });

  it("is read as EMNIST ByClass among its sisters, and official images are turned upright", async () => {
    const files = {
      "emnist-byclass-train-images-idx3-ubyte": idx([1, 2, 2], [1, 2, 3, 4]),
      "emnist-byclass-train-labels-idx1-ubyte": idx([1], [61]),
      "emnist-byclass-test-images-idx3-ubyte": idx([1, 2, 2], [5, 6, 7, 8]),
      "emnist-byclass-test-labels-idx1-ubyte": idx([1], [0]),
      "emnist-letters-train-images-idx3-ubyte": idx([1, 2, 2], [9, 9, 9, 9]),
    };
    const { train, classes } = await readDatasetFolder("emnist", folderOf(files));
    expect(classes).toBe(62);
    expect([...train.pixels]).toEqual([1, 3, 2, 4]);
  });

  it("is read as CIFAR-10 from several batches in order", async () => {
    const files = {
      "data_batch_2.bin": record(5, 2),
      "data_batch_1.bin": Buffer.concat([record(3, 0), record(4, 1)]),
      "test_batch.bin.gz": gzipSync(record(9, 7)),
    };
    const { train, test } = await readDatasetFolder("cifar10", folderOf(files));
    expect([...train.labels]).toEqual([3, 4, 5]);
    expect(train.pixels[2 * 3072]).toBe(2);
    expect([...test.labels]).toEqual([9]);
  });
});

describe("a malformed file", () => {
  const broken: [string, Readonly<Record<string, Uint8Array>>, string, RegExp][] = [
    ["that is no IDX", { "train-images-idx3-ubyte": Buffer.from("<html>") }, "data.malformed", /00 00 08/],
    ["that is empty", { "train-images-idx3-ubyte": Buffer.alloc(0) }, "data.malformed", /empty/],
    [
      "that was cut",
      { "train-images-idx3-ubyte": digits["train-images-idx3-ubyte"].subarray(0, 20) },
      "data.malformed",
      /12 numbers.*found 4/,
    ],
    ["with a cut header", { "train-images-idx3-ubyte": Buffer.from([0, 0, 8, 3, 0]) }, "data.malformed", /header/],
    ["with too few labels", { "train-labels-idx1-ubyte": idx([1], [1]) }, "data.malformed", /2 labels/],
    [
      "with a label that is no class",
      { "train-labels-idx1-ubyte": idx([2], [1, 10]) },
      "data.malformed",
      /0 to 9, found 10/,
    ],
    [
      "that is labels where images are due",
      { "train-images-idx3-ubyte": idx([2], [1, 1]) },
      "data.malformed",
      /three dimensions/,
    ],
    [
      "without images",
      { "train-images-idx3-ubyte": idx([0, 2, 3], []), "train-labels-idx1-ubyte": idx([0], []) },
      "data.malformed",
      /at least one image, found the shape 0 × 2 × 3/,
    ],
    [
      "with a gzip that was cut",
      { "t10k-labels-idx1-ubyte.gz": digits["t10k-labels-idx1-ubyte.gz"].subarray(0, 15) },
      "data.malformed",
      /gzip/,
    ],
    [
      "with images of another size",
      { "t10k-images-idx3-ubyte.gz": gzipSync(idx([1, 1, 2], [1, 2])) },
      "data.malformed",
      /2 × 3/,
    ],
  ];
  it.each(broken)("%s is refused by name", async (_, files, code, message) => {
    const read = readDatasetFolder("mnist", folderOf({ ...digits, ...files }));
    await expect(read).rejects.toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });

  it("of CIFAR-10 is no whole number of records", async () => {
    const files = { "data_batch_1.bin": record(1, 1).subarray(1), "test_batch.bin": record(1, 1) };
    await expect(readDatasetFolder("cifar10", folderOf(files))).rejects.toThrow("records of 3073 bytes, found 3072");
  });

  it("that claims more numbers than there can be is refused without making room for them", () => {
    const header = Buffer.from([0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]);
    expect(() => parseIdx(header, "x")).toThrow("found 0");
  });
});

describe("a folder without the files", () => {
  it("is told apart from no folder, and both say what was there", async () => {
    await expect(readDatasetFolder("mnist", folderOf({ "notes.txt": Buffer.from("") }))).rejects.toThrow(
      "found notes.txt",
    );
    await expect(readDatasetFolder("mnist", "/nowhere/at/all")).rejects.toThrow("a folder with data");
  });

  it("does not take a folder of a file's name for the file", async () => {
    const folder = folderOf({ "train-labels-idx1-ubyte": digits["train-labels-idx1-ubyte"] });
    mkdirSync(join(folder, "train-images-idx3-ubyte"));
    await expect(readDatasetFolder("mnist", folder)).rejects.toThrow(
      expect.objectContaining({
        code: "data.missing",
        message: expect.stringContaining("found train-labels-idx1-ubyte"),
      }),
    );
  });
});

describe("the shipped sample", () => {
  it("holds 2,000 digits of all classes and serves as MNIST without a network", async () => {
    const offline = () => Promise.reject(new Error("no network"));
    const reasons: string[] = [];
    const cache = folderOf({});
    const { train, test, source } = await loadDataset("mnist", {
      folder: cache,
      fetch: offline,
      onFallback: (reason) => reasons.push(reason),
    });
    expect([train.labels.length, test.labels.length]).toEqual([1600, 400]);
    expect(new Set(test.labels).size).toBe(10);
    expect(source).toMatch("sample");
    expect(reasons[0]).toMatch("no network");
  });

  it("is no substitute for another data set, or where it is not wanted", async () => {
    const offline = { folder: folderOf({}), fetch: () => Promise.reject(new Error("no network")) };
    await expect(loadDataset("cifar10", offline)).rejects.toThrow("cifar-10-binary.tar.gz");
    await expect(loadDataset("mnist", { ...offline, sample: "never" })).rejects.toThrow("no network");
    await expect(loadDataset("emnist", { sample: "only" })).rejects.toThrow("found emnist");
  });
});
