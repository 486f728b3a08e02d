/** A classifier of images as a design says: the nn layers of a plan. Convolutions and inner dense layers end in a relu. */
import type { Random } from "../../core/random.ts";
import { StropError } from "../../core/errors.ts";
import { conv2d, dropout, fanIn, linear, maxPool2d, relu, reshape } from "../../nn/index.ts";
import type { Tensor } from "../../nn/index.ts";
import type { NetworkDesign } from "../../reprogram/design/design.ts";
import { planNetwork } from "../../reprogram/design/network-plan.ts";
import type { ImageSetting, PlannedLayer } from "../../reprogram/design/network-plan.ts";

/** [batch, channels, height, width] → logits [batch, classes] */
export type Network = (images: Tensor) => Tensor;

/** He initialisation: the layers end in relus. */
const GAIN = Math.SQRT2;

/** Throws StropError `reprogram.no-plan` for a design that has no place in this setting; `runSource` refuses such. */
export function buildNetwork(design: NetworkDesign, setting: ImageSetting, random: Random): Network {
  const plan = planNetwork(design, setting);
  if (!plan.ok)
    throw new StropError("reprogram.no-plan", `expected a design that fits its images, found ${plan.reason}`);
  const layers = plan.layers.map((layer, i) => buildLayer(layer, { random, isLast: i === plan.layers.length - 1 }));
  return (images) => layers.reduce((x, layer) => layer(x), images);
}

function buildLayer(
  { design, input, output }: PlannedLayer,
  { random, isLast }: { readonly random: Random; readonly isLast: boolean },
): Network {
  if (design.layer === "dropout") return (x) => dropout(x, design.rate);
  if (design.layer === "pool") return (x) => maxPool2d(x, { size: design.size });
  const initializer = fanIn(random, isLast ? 1 : GAIN);
  if (design.layer === "conv") {
    const { channels, kernel } = design;
    const layer = conv2d(input[0] as number, channels, { random, kernel, padding: (kernel - 1) / 2, initializer });
    return (x) => relu(layer(x));
  }
  const [inputs, outputs] = [input[0] as number, output[0] as number];
  const layer = linear(inputs, outputs, { random, initializer });
  const flat = (x: Tensor): Tensor => (x.shape.length === 2 ? x : reshape(x, [x.shape[0] as number, inputs]));
  return isLast ? (x) => layer(flat(x)) : (x) => relu(layer(flat(x)));
}
