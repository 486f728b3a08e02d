/**
 * Sources of normalised and residual networks (He et al. 2016; Ioffe & Szegedy 2015), from the paper's initial network on. Not in its
 * data set: what its §5 hopes for from "more sophisticated source code data". A stage halves the image; each has the same number of
 * residual blocks.
 */
import type { LayerDesign } from "../design/design.ts";
import { defineFamily } from "./family.ts";
import { depth, widths } from "./parameters.ts";

/** Four halvings leave an area of 28 × 28 and 32 × 32 images. */
const parameters = {
  stages: widths({ depth: [0, 4], width: [16, 64] }),
  residuals: depth([0, 2]),
  hidden: widths({ depth: [0, 1], width: [16, 512] }),
};

const stageOf = (residuals: number): string =>
  ["conv(channels), pool(), norm()", ...Array(residuals).fill("residual([conv(channels), norm()])")].join(", ");

const countOf = (layers: readonly LayerDesign[], name: LayerDesign["layer"]): number =>
  layers.filter(({ layer }) => layer === name).length;

export const blocksFamily = defineFamily({
  name: "blocks",
  parameters,
  exists: ({ stages, residuals }) => stages.length > 0 || residuals === 0,
  initial: { stages: [] as readonly number[], residuals: 0, hidden: [16] as readonly number[] },
  render({ stages, residuals, hidden }) {
    const layers = [...stages.map((channels) => `...stage(${channels})`), ...hidden.map((size) => `dense(${size})`)];
    return `import { conv, dense, network, norm, pool, residual } from "strop/design";

const stage = (channels: number) => [${stageOf(residuals)}];

export const model = network([
${layers.map((layer) => `  ${layer},\n`).join("")}]);
`;
  },
  read({ model }) {
    if (model.kind !== "network") return undefined;
    const { layers } = model;
    const stages = layers.flatMap((one) => (one.layer === "conv" ? [one.channels] : []));
    return {
      stages,
      residuals: Math.round(countOf(layers, "residual") / Math.max(1, stages.length)),
      hidden: layers.flatMap((one) => (one.layer === "dense" ? [one.size] : [])),
    };
  },
});
