/**
 * A network's layers with the sizes that follow from the images: dense layers adapt to whatever comes before them. Pure
 * arithmetic, done before anything is built.
 */
import type { LayerDesign, NetworkDesign } from "./design.ts";

/** The images and their classes. */
export interface ImageSetting {
  readonly kind: "network";
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly classes: number;
}

/** [channels, height, width] of a feature map, or [size] after a dense layer. */
export type FeatureShape = readonly number[];

export interface PlannedLayer {
  readonly design: LayerDesign;
  readonly input: FeatureShape;
  readonly output: FeatureShape;
  readonly parameters: number;
}

export type NetworkPlan =
  | { readonly ok: true; readonly layers: readonly PlannedLayer[] }
  | { readonly ok: false; readonly reason: string };

/** The design's layers and, last, the dense output layer. */
export function planNetwork({ layers }: NetworkDesign, setting: ImageSetting): NetworkPlan {
  const planned: PlannedLayer[] = [];
  let shape: FeatureShape = [setting.channels, setting.height, setting.width];
  for (const design of [...layers, { layer: "dense", size: setting.classes } as const]) {
    const layer = planLayer(design, shape);
    if (typeof layer === "string") return { ok: false, reason: `layer ${planned.length + 1}: ${layer}` };
    planned.push(layer);
    shape = layer.output;
  }
  return { ok: true, layers: planned };
}

function planLayer(design: LayerDesign, input: FeatureShape): PlannedLayer | string {
  const size = input.reduce((product, length) => product * length, 1);
  const [channels = 0, height = 0, width = 0] = input;
  if (design.layer === "dense")
    return { design, input: [size], output: [design.size], parameters: (size + 1) * design.size };
  if (design.layer === "dropout") return { design, input, output: input, parameters: 0 };
  if (input.length === 1) return `expected dense layers only after a dense layer, found ${design.layer}`;
  if (design.layer === "conv") {
    const parameters = (channels * design.kernel ** 2 + 1) * design.channels;
    return { design, input, output: [design.channels, height, width], parameters };
  }
  if (Math.min(height, width) < design.size)
    return `expected an image of at least ${design.size} × ${design.size} to pool, found ${height} × ${width}`;
  const pooled = [channels, Math.floor(height / design.size), Math.floor(width / design.size)];
  return { design, input, output: pooled, parameters: 0 };
}
