/** Where the official files are fetched from, and what they must be. SHA-256 of the file as it is served. */
import type { DatasetName } from "./images.ts";

export interface OfficialFile {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Tried in this order. */
  readonly urls: readonly string[];
  /** An archive's files of interest; undefined for a plain file. */
  readonly unpack?: { readonly kind: "tar.gz" | "zip"; readonly wanted: RegExp };
}

const mnistFile = (name: string, sha256: string, bytes: number): OfficialFile => ({
  name,
  sha256,
  bytes,
  urls: [
    `https://ossci-datasets.s3.amazonaws.com/mnist/${name}`,
    `https://storage.googleapis.com/cvdf-datasets/mnist/${name}`,
  ],
});

export const officialFiles: Readonly<Record<DatasetName, readonly OfficialFile[]>> = {
  mnist: [
    mnistFile(
      "train-images-idx3-ubyte.gz",
      "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
      9_912_422,
    ),
    mnistFile("train-labels-idx1-ubyte.gz", "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", 28_881),
    mnistFile(
      "t10k-images-idx3-ubyte.gz",
      "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
      1_648_877,
    ),
    mnistFile("t10k-labels-idx1-ubyte.gz", "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", 4_542),
  ],
  cifar10: [
    {
      name: "cifar-10-binary.tar.gz",
      sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
      bytes: 170_052_171,
      urls: ["https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"],
      unpack: { kind: "tar.gz", wanted: /\.bin$/ },
    },
  ],
  emnist: [
    {
      name: "gzip.zip",
      sha256: "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e",
      bytes: 561_753_746,
      urls: ["https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip"],
      unpack: { kind: "zip", wanted: /emnist-byclass-.*-ubyte\.gz$/ },
    },
  ],
};
