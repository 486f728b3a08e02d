/** Sources of T5-like encoder–decoders, with the ranges and the initial model of Sheng & Padmanabhan §3.1 and §4.1. */
import { defineFamily } from "./family.ts";
import { depth, width } from "./parameters.ts";

const LAYERS = [1, 8] as const;

export const transformerFamily = defineFamily({
  name: "transformer",
  parameters: {
    encoderLayers: depth(LAYERS),
    decoderLayers: depth(LAYERS),
    heads: depth([1, 16]),
    feedForward: width([64, 4096]),
  },
  initial: { encoderLayers: 2, decoderLayers: 2, heads: 8, feedForward: 1024 },
  render: ({ encoderLayers, decoderLayers, heads, feedForward }) => `import { transformer } from "strop/design";

export const model = transformer({
  encoderLayers: ${encoderLayers},
  decoderLayers: ${decoderLayers},
  heads: ${heads},
  feedForward: ${feedForward},
});
`,
  read({ model }) {
    if (model.kind !== "transformer") return undefined;
    const { encoderLayers, decoderLayers, heads, feedForward } = model;
    return { encoderLayers, decoderLayers, heads, feedForward };
  },
});
