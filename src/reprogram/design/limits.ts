/**
 * What a design would cost, from its numbers alone, and whether that is affordable: decided before anything is built, so
 * that a monster costs nothing. Memory is an estimate for training with Adam: four numbers per parameter and three per activation.
 */
import type { Design, LayerDesign, NetworkDesign, TransformerDesign } from "./design.ts";
import { planNetwork, sizeOf, type ImageSetting, type PlannedLayer } from "./network-plan.ts";

/** What a text-to-text model is built for. */
export interface TextSetting {
  readonly kind: "transformer";
  /** d_model: the size of a position's vector. */
  readonly width: number;
  readonly vocabulary: number;
  /** Positions of a source, and of a target. */
  readonly length: number;
}

export type Setting = TextSetting | ImageSetting;

export interface DesignLimits {
  readonly parameters: number;
  readonly layers: number;
  /** For one training step. */
  readonly memoryBytes: number;
  /** Multiplications for one training sample. */
  readonly workPerSample: number;
  /** Largest number of training steps for `samples` samples, which a tiny batch would exceed. */
  readonly steps: number;
  readonly samples: number;
}

export const DEFAULT_LIMITS: DesignLimits = {
  parameters: 64e6,
  layers: 64,
  memoryBytes: 4 * 2 ** 30,
  workPerSample: 20e9,
  steps: 4096,
  samples: 1024,
};

/** Samples per step where the source has no train() that says so: texts, and images. */
export const DEFAULT_BATCH = 16;
export const NETWORK_BATCH = 32;

export interface DesignSize {
  readonly parameters: number;
  readonly layers: number;
  /** Numbers that one sample's forward pass leaves for the backward pass. */
  readonly activations: number;
  /** Multiplications of one sample's forward and backward pass. */
  readonly work: number;
}

/** The size of a design in a setting, or why it has none there. */
export function sizeOfDesign({ model }: Design, setting: Setting): DesignSize | { readonly reason: string } {
  if (model.kind === "transformer" && setting.kind === "transformer") return sizeOfTransformer(model, setting);
  if (model.kind === "network" && setting.kind === "network") return sizeOfNetwork(model, setting);
  return { reason: `expected a ${setting.kind}, found a ${model.kind}` };
}

/** The first limit that the design breaks, as a sentence; undefined when there is none. */
export function excess(design: Design, setting: Setting, limits: DesignLimits): string | undefined {
  const size = sizeOfDesign(design, setting);
  if ("reason" in size) return size.reason;
  const batch = design.train?.batch ?? (setting.kind === "network" ? NETWORK_BATCH : DEFAULT_BATCH);
  const memory = 4 * (4 * size.parameters + 3 * size.activations * batch);
  const uses: readonly (readonly [string, number, number])[] = [
    ["layers", size.layers, limits.layers],
    ["parameters", size.parameters, limits.parameters],
    ["bytes of memory", memory, limits.memoryBytes],
    ["multiplications per sample", size.work, limits.workPerSample],
    ["training steps", Math.ceil(limits.samples / batch), limits.steps],
  ];
  const broken = uses.find(([, used, most]) => !(used <= most));
  return broken && `expected at most ${broken[2]} ${broken[0]}, found ${Math.round(broken[1])}`;
}

/** Queries, keys and values of all heads together: at most the width, less where the heads do not divide it. */
export const headWidthOf = (width: number, heads: number): number => Math.max(1, Math.floor(width / heads));

function sizeOfTransformer(design: TransformerDesign, { width, vocabulary, length }: TextSetting): DesignSize {
  const { encoderLayers, decoderLayers, heads, feedForward } = design;
  const inner = heads * headWidthOf(width, heads);
  const [attention, mlp, norm] = [4 * width * inner, 2 * width * feedForward, width];
  const weights = encoderLayers * (attention + mlp) + decoderLayers * (2 * attention + mlp);
  const norms = norm * (2 * encoderLayers + 3 * decoderLayers + 2);
  const positions = 2 * 32 * heads;
  const attended = (times: number) => times * (5 * length * inner + 2 * heads * length ** 2);
  const perBlock = (attentions: number) => attended(attentions) + length * (2 * feedForward + 4 * width);
  return {
    parameters: vocabulary * width + weights + norms + positions,
    layers: encoderLayers + decoderLayers,
    activations: encoderLayers * perBlock(1) + decoderLayers * perBlock(2) + 2 * length * vocabulary,
    work:
      3 * length * (weights + vocabulary * width) + 3 * (encoderLayers + 2 * decoderLayers) * 2 * length ** 2 * inner,
  };
}

function sizeOfNetwork(design: NetworkDesign, setting: ImageSetting): DesignSize | { readonly reason: string } {
  const plan = planNetwork(design, setting);
  if (!plan.ok) return { reason: plan.reason };
  const layers = plan.layers.flatMap((layer) => (layer.inner.length === 0 ? [layer] : layer.inner));
  const sum = (of: (layer: PlannedLayer) => number) => layers.reduce((total, layer) => total + of(layer), 0);
  const area = ([, height = 1, width = 1]: readonly number[]) => height * width;
  return {
    parameters: sum(({ parameters }) => parameters),
    layers: layers.length - 1,
    activations: sum(({ design: { layer }, output }) => keptPer(layer) * sizeOf(output)),
    work: sum(({ parameters, output }) => 3 * parameters * area(output)),
  };
}

/** Numbers kept per output of a layer; the gradients of a convolution and of a norm need their input and output once more. */
const keptPer = (layer: LayerDesign["layer"]): number => (layer === "conv" || layer === "norm" ? 4 : 2);
