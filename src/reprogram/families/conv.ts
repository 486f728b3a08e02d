/**
 * Sources of image classifiers, with the ranges and the initial network of Sheng & Padmanabhan §3.2 and §4.2. The paper has one
 * number of channels and one hidden size per network; here every layer has its own.
 */
import { defineFamily } from "./family.ts";
import { widths } from "./parameters.ts";

/** Only so many convolutions are followed by a pool, so that 28 × 28 and 32 × 32 images are left with an area. */
const POOLED = 3;

export const convFamily = defineFamily<{ readonly channels: readonly number[]; readonly hidden: readonly number[] }>({
  name: "conv",
  parameters: {
    channels: widths({ depth: [0, 8], width: [16, 512] }),
    hidden: widths({ depth: [1, 8], width: [16, 1024] }),
  },
  initial: { channels: [], hidden: [16] },
  render({ channels, hidden }) {
    const convolutions = channels.flatMap((count, i) =>
      i < POOLED ? [`conv(${count})`, "pool()"] : [`conv(${count})`],
    );
    const layers = [...convolutions, ...hidden.map((size) => `dense(${size})`)];
    return `import { conv, dense, network, pool } from "strop/design";

export const model = network([
${layers.map((layer) => `  ${layer},\n`).join("")}]);
`;
  },
  read({ model }) {
    if (model.kind !== "network") return undefined;
    return {
      channels: model.layers.flatMap((one) => (one.layer === "conv" ? [one.channels] : [])),
      hidden: model.layers.flatMap((one) => (one.layer === "dense" ? [one.size] : [])),
    };
  },
});
