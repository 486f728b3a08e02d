/** A classifier of images as a design says: the nn layers of a plan. Convolutions and inner dense layers end in a relu. */
import type { Random } from "../../core/random.ts";
import { StropError } from "../../core/errors.ts";
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
} from "../../nn/index.ts";
import type { Tensor } from "../../nn/index.ts";
import type { NetworkDesign } from "../../reprogram/design/design.ts";
import { planNetwork } from "../../reprogram/design/network-plan.ts";
import type { FeatureShape, ImageSetting, PlannedLayer } from "../../reprogram/design/network-plan.ts";

/** [batch, channels, height, width] → logits [batch, classes] */
export type Network = (images: Tensor) => Tensor;

/** He initialisation: the layers end in relus. */
const GAIN = Math.SQRT2;

/** Throws StropError `reprogram.no-plan` for a design that has no place in this setting; `runSource` refuses such. */
export function buildNetwork(design: NetworkDesign, setting: ImageSetting, random: Random): Network {
  const plan = planNetwork(design, setting);
  if (!plan.ok)
    throw new StropError("reprogram.no-plan", `expected a design that fits its images, found ${plan.reason}`);
  const last = plan.layers.length - 1;
  const layers = plan.layers.map((layer, i) => build(layer, { random, isLast: i === last }));
  return (images) => layers.reduce((x, layer) => layer(x), images);
}

interface BuildOptions {
  readonly random: Random;
  /** The layer that gives the logits: no relu. */
  readonly isLast?: boolean;
}

function build({ design, input, output, inner }: PlannedLayer, { random, isLast = false }: BuildOptions): Network {
  if (design.layer === "dropout") return (x) => dropout(x, design.rate);
  if (design.layer === "pool") return (x) => maxPool2d(x, { size: design.size });
  if (design.layer === "globalPool") return globalAveragePool2d;
  if (design.layer === "norm") return norm(input);
  if (design.layer === "residual") {
    const layers = inner.map((layer) => build(layer, { random }));
    const within: Network = (x) => layers.reduce((y, layer) => layer(y), x);
    return (x) => add(x, within(x));
  }
  const [inputs, outputs] = [input[0] as number, output[0] as number];
  const initializer = fanIn(random, isLast ? 1 : GAIN);
  if (design.layer === "conv") {
    const { kernel } = design;
    const layer = conv2d(inputs, outputs, { random, kernel, padding: (kernel - 1) / 2, initializer });
    return (x) => relu(layer(x));
  }
  const layer = linear(inputs, outputs, { random, initializer });
  const flat = (x: Tensor): Tensor => (x.shape.length === 2 ? x : reshape(x, [x.shape[0] as number, inputs]));
  return isLast ? (x) => layer(flat(x)) : (x) => relu(layer(flat(x)));
}

/** Batch normalisation (Ioffe & Szegedy 2015); a vector is a feature map of area 1. */
function norm([channels, ...area]: FeatureShape): Network {
  const layer = batchNorm2d(channels as number);
  return area.length > 0 ? layer : (x) => reshape(layer(reshape(x, [...x.shape, 1, 1])), x.shape);
}
