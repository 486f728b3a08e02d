/**
 * Transformer sources that also say how they learn. Not in the paper's data set, but what its abstract claims: that the model can
 * modify its own learning dynamics. The learning rate is one more width.
 */
import { defineFamily } from "./family.ts";
import { width } from "./parameters.ts";
import {
  initialTransformer,
  readTransformer,
  renderTransformer,
  transformerParameters,
  type TransformerSettings,
} from "./transformer.ts";

/** Learning rates are whole multiples of it, so that sources hold short numbers. */
const UNIT = 1e-4;

export const recipeFamily = defineFamily<TransformerSettings & { readonly learningRate: number }>({
  name: "recipe",
  parameters: { ...transformerParameters, learningRate: width([1, 400]) },
  initial: { ...initialTransformer, learningRate: 10 },
  render: ({ learningRate, ...settings }) => `${renderTransformer(settings)}
export const train = () => ({ learningRate: ${learningRate}e-4 });
`,
  read(design) {
    const settings = readTransformer(design);
    const rate = design.train?.learningRate;
    if (settings === undefined || rate === undefined) return undefined;
    return { ...settings, learningRate: Math.round(rate / UNIT) };
  },
});
