/** A classifier of images as a design says: the nn layers of a plan. Convolutions and inner dense layers end in a relu. */
import type { Random } from "../../../core/numerics/random.ts";
import { StropError } from "../../../core/errors.ts";
import {
  add,
  batchNorm2d,
  conv2d,
  dropout,
  fanIn,
  globalAveragePool2d,
  linear,
  maxPool2d,
  relu,
  reshape,
  type Tensor,
} from "../../../nn/index.ts";
import type { NetworkDesign } from "../../../reprogram/design/design.ts";
import {
  type FeatureShape,
  type ImageSetting,
  type PlannedLayer,
  planNetwork,
} from "../../../reprogram/design/network-plan.ts";

/** [batch, channels, height, width] → logits [batch, classes] */
export type Network = (images: Tensor) => Tensor;

/** He initialisation: the layers end in relus. */
const GAIN = Math.SQRT2;

/** Throws StropError `reprogram.no-plan` for a design that has no place in this setting; `runSource` refuses such. */
export function buildNetwork(design: NetworkDesign, setting: ImageSetting, random: Random): Network {
  const plan = planNetwork(design, setting);
  if (!plan.ok)
    throw new StropError("reprogram.no-plan", `expected a design that fits its images, found ${plan.reason}`);
  return inOrder(plan.layers, { random, logits: plan.layers.at(-1) });
}

interface BuildOptions {
  readonly random: Random;
  /** The layer that ends in no relu. */
  readonly logits?: PlannedLayer | undefined;
}

/** A relu of the maxima is the maximum of relus, at a quarter of the work: where a pool follows, the relu comes after it. */
function inOrder(planned: readonly PlannedLayer[], options: BuildOptions): Network {
  const hasRelu = (layer: PlannedLayer | undefined): boolean =>
    layer !== options.logits && (layer?.design.layer === "conv" || layer?.design.layer === "dense");
  const isPool = (layer: PlannedLayer | undefined): boolean => layer?.design.layer === "pool";
  const steps = planned.flatMap((layer, i) => {
    const step = build(layer, options);
    const ends = isPool(layer) ? hasRelu(planned[i - 1]) : hasRelu(layer) && !isPool(planned[i + 1]);
    return ends ? [step, relu] : [step];
  });
  return (x) => steps.reduce((y, step) => step(y), x);
}

/** Without the relu at its end. */
function build(planned: PlannedLayer, { random, logits }: BuildOptions): Network {
  const { design, input, output, inner } = planned;
  if (design.layer === "dropout") return (x) => dropout(x, design.rate);
  if (design.layer === "pool") return (x) => maxPool2d(x, { size: design.size });
  if (design.layer === "globalPool") return globalAveragePool2d;
  if (design.layer === "norm") return norm(input);
  if (design.layer === "residual") {
    const within = inOrder(inner, { random });
    return (x) => add(x, within(x));
  }
  const [inputs, outputs] = [input[0] as number, output[0] as number];
  const initializer = fanIn(random, planned === logits ? 1 : GAIN);
  if (design.layer === "conv") {
    const { kernel } = design;
    return conv2d(inputs, outputs, { random, kernel, padding: (kernel - 1) / 2, initializer });
  }
  const layer = linear(inputs, outputs, { random, initializer });
  return (x) => layer(x.shape.length === 2 ? x : reshape(x, [x.shape[0] as number, inputs]));
}

/** Batch normalisation (Ioffe & Szegedy 2015); a vector is a feature map of area 1. */
function norm([channels, ...area]: FeatureShape): Network {
  const layer = batchNorm2d(channels as number);
  return area.length > 0 ? layer : (x) => reshape(layer(reshape(x, [...x.shape, 1, 1])), x.shape);
}
