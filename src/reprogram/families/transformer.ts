/** Sources of T5-like encoder–decoders, with the ranges and the initial model of Sheng & Padmanabhan §3.1 and §4.1. */
import type { Design } from "../design/design.ts";
import { defineFamily } from "./family.ts";
import { depth, width } from "./parameters.ts";

export type TransformerSettings = {
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  readonly heads: number;
  readonly feedForward: number;
};

export const transformerParameters = {
  encoderLayers: depth([1, 8]),
  decoderLayers: depth([1, 8]),
  heads: depth([1, 16]),
  feedForward: width([64, 4096]),
};

export const initialTransformer: TransformerSettings = {
  encoderLayers: 2,
  decoderLayers: 2,
  heads: 8,
  feedForward: 1024,
};

export const renderTransformer = ({ encoderLayers, decoderLayers, heads, feedForward }: TransformerSettings): string =>
  `import { transformer } from "strop/design";

export const model = transformer({
  encoderLayers: ${encoderLayers},
  decoderLayers: ${decoderLayers},
  heads: ${heads},
  feedForward: ${feedForward},
});
`;

export function readTransformer({ model }: Design): TransformerSettings | undefined {
  if (model.kind !== "transformer") return undefined;
  const { encoderLayers, decoderLayers, heads, feedForward } = model;
  return { encoderLayers, decoderLayers, heads, feedForward };
}

export const transformerFamily = defineFamily({
  name: "transformer",
  parameters: transformerParameters,
  initial: initialTransformer,
  render: renderTransformer,
  read: readTransformer,
});
