/**
 * `strop/design`: the words that a source is written with. Each returns plain data and checks nothing: a source runs in the
 * sandbox, and what it says is checked on the host (`design.ts`). Must import types only.
 */
import type { LayerDesign, NetworkDesign, PlainLayer, TransformerDesign } from "./design.ts";

/** A T5-like encoder–decoder over text (Raffel et al. 2020); its width is the host's choice, heads share it. */
export const transformer = (options: Omit<TransformerDesign, "kind">): TransformerDesign => ({
  ...options,
  kind: "transformer",
});

/** A classifier of images: the layers in order, then an output layer whose size is the task's number of classes. */
export const network = (layers: readonly LayerDesign[]): NetworkDesign => ({ kind: "network", layers: [...layers] });

/** A convolution that keeps the image's size, then a relu. */
export const conv = (channels: number, kernel: 1 | 3 | 5 | 7 = 3): PlainLayer => ({ layer: "conv", channels, kernel });

/** The largest of each `size` × `size` square. */
export const pool = (size = 2): PlainLayer => ({ layer: "pool", size });

/** The mean of each channel over the whole image; dense layers follow. */
export const globalPool = (): PlainLayer => ({ layer: "globalPool" });

/** Each channel, or each number of a dense layer, gets mean 0 and deviation 1 over the batch, then a learned scale and shift. */
export const norm = (): PlainLayer => ({ layer: "norm" });

/** A fully connected layer, then a relu; its number of inputs follows from what comes before. */
export const dense = (size: number): PlainLayer => ({ layer: "dense", size });

/** In training, a share of the numbers is set to 0. */
export const dropout = (rate: number): PlainLayer => ({ layer: "dropout", rate });

/** What goes in is added to what comes out of the layers, which must keep its size; no residual within a residual. */
export const residual = (layers: readonly PlainLayer[]): LayerDesign => ({ layer: "residual", layers: [...layers] });
