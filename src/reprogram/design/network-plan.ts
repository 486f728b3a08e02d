/**
 * A network's layers with the sizes that follow from the images: dense layers adapt to whatever comes before them. Pure
 * arithmetic, done before anything is built.
 */
import type { LayerDesign, NetworkDesign, PlainLayer } from "./design.ts";

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
  /** Of a residual, in order; its own parameters are theirs. */
  readonly inner: readonly PlannedLayer[];
}

export type NetworkPlan =
  | { readonly ok: true; readonly layers: readonly PlannedLayer[] }
  | { readonly ok: false; readonly reason: string };

/** The design's layers and, last, the dense output layer. */
export function planNetwork({ layers }: NetworkDesign, setting: ImageSetting): NetworkPlan {
  const image = [setting.channels, setting.height, setting.width];
  const planned = planLayers([...layers, { layer: "dense", size: setting.classes }], image);
  return typeof planned === "string" ? { ok: false, reason: planned } : { ok: true, layers: planned };
}

/** Why there is no plan, as a sentence, where there is none. */
function planLayers(layers: readonly LayerDesign[], input: FeatureShape): PlannedLayer[] | string {
  const planned: PlannedLayer[] = [];
  for (const design of layers) {
    const layer = planLayer(design, planned.at(-1)?.output ?? input);
    if (typeof layer === "string") return `layer ${planned.length + 1}: ${layer}`;
    planned.push(layer);
  }
  return planned;
}

function planLayer(design: LayerDesign, input: FeatureShape): PlannedLayer | string {
  if (design.layer === "residual") return planResidual(design.layers, input);
  const [output, parameters] = [outputOf(design, input), parametersOf(design, input)];
  if (typeof output === "string") return output;
  return { design, input: design.layer === "dense" ? [sizeOf(input)] : input, output, parameters, inner: [] };
}

function planResidual(layers: readonly PlainLayer[], input: FeatureShape): PlannedLayer | string {
  const inner = planLayers(layers, input);
  if (typeof inner === "string") return `within the residual, ${inner}`;
  const output = inner.at(-1)?.output ?? input;
  if (output.join() !== input.join())
    return `expected a residual that keeps the size ${input.join(" × ")}, found ${output.join(" × ")}`;
  const parameters = inner.reduce((sum, layer) => sum + layer.parameters, 0);
  return { design: { layer: "residual", layers }, input, output, parameters, inner };
}

function outputOf(design: PlainLayer, input: FeatureShape): FeatureShape | string {
  const [channels = 0, height = 0, width = 0] = input;
  const { layer } = design;
  if (layer === "dense") return [design.size];
  if (layer === "dropout" || layer === "norm") return input;
  if (input.length === 1) return `expected dense layers only after dense or globalPool, found ${layer}`;
  if (layer === "conv") return [design.channels, height, width];
  if (layer === "globalPool") return [channels];
  if (Math.min(height, width) < design.size)
    return `expected an image of at least ${design.size} × ${design.size} to pool, found ${height} × ${width}`;
  return [channels, Math.floor(height / design.size), Math.floor(width / design.size)];
}

function parametersOf(design: PlainLayer, input: FeatureShape): number {
  const [channels = 0] = input;
  if (design.layer === "dense") return (sizeOf(input) + 1) * design.size;
  if (design.layer === "conv") return (channels * design.kernel ** 2 + 1) * design.channels;
  return design.layer === "norm" ? 2 * channels : 0;
}

/** Numbers in a feature map. */
export const sizeOf = (shape: FeatureShape): number => shape.reduce((product, length) => product * length, 1);
