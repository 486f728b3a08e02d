/** Normalisation of [batch, channels, height, width]: over the batch (Ioffe & Szegedy 2015) or over groups of channels (Wu & He 2018). */
import { ones, parameter, zeros } from "../initialize.ts";
import { add, div, mean, mul, sub } from "../ops/arithmetic.ts";
import { stopGradient } from "../ops/compare.ts";
import { sqrt } from "../ops/elementwise.ts";
import { layerNormalize, rmsNormalize } from "../ops/normalize.ts";
import { reshape } from "../ops/shape.ts";
import { shapeError, sizeOf, type Parameter, type Tensor } from "../tensor.ts";
import type { Norm } from "./norm.ts";

export interface BatchNormOptions {
  /** Share of the running statistics that a step replaces. Default 0.1. */
  readonly momentum?: number;
  /** Default 1e-5. */
  readonly epsilon?: number;
}

export interface BatchNorm extends Norm {
  /** Used outside training in place of the batch's; training keeps them up to date. */
  readonly runningMean: Parameter;
  readonly runningVariance: Parameter;
}

/** Gain · (x − mean) / deviation + bias per channel, over the batch in training and the running statistics elsewhere. */
export function batchNorm2d(channels: number, { momentum = 0.1, epsilon = 1e-5 }: BatchNormOptions = {}): BatchNorm {
  const [gain, bias] = [parameter([channels], ones), parameter([channels], zeros)];
  const runningMean = parameter([channels], zeros, { isFrozen: true });
  const runningVariance = parameter([channels], ones, { isFrozen: true });
  const follow = (running: Parameter, batch: Tensor): void => {
    const fresh = stopGradient(reshape(batch, [channels]));
    batch.graph.assign(running, add(mul(batch.graph.use(running), 1 - momentum), mul(fresh, momentum)));
  };
  const normalizeBatch = (x: Tensor): Tensor => {
    const over = { axes: [0, 2, 3], keep: true };
    const average = mean(x, over);
    const centred = sub(x, average);
    const count = sizeOf(x.shape) / channels;
    follow(runningMean, average);
    follow(runningVariance, mul(mean(mul(centred, centred), over), count / Math.max(1, count - 1)));
    return rmsNormalize(centred, { epsilon, axes: over.axes });
  };
  const normalizeRunning = (x: Tensor): Tensor => {
    const centred = sub(x, byChannel(x, runningMean));
    return div(centred, sqrt(add(byChannel(x, runningVariance), epsilon)));
  };
  const apply = (x: Tensor): Tensor => {
    const normal = x.graph.isTraining ? normalizeBatch(x) : normalizeRunning(x);
    return add(mul(normal, byChannel(x, gain)), byChannel(x, bias));
  };
  return Object.assign(apply, { gain, bias, runningMean, runningVariance });
}

export interface GroupNormOptions {
  /** Divides the channels. */
  readonly groups: number;
  /** Default 1e-5. */
  readonly epsilon?: number;
}

/** Gain · (x − mean) / deviation + bias per channel, over each image's groups of channels. */
export function groupNorm2d(channels: number, { groups, epsilon = 1e-5 }: GroupNormOptions): Norm {
  if (channels % groups !== 0) throw shapeError("groupNorm2d", `groups that divide ${channels}`, String(groups));
  const [gain, bias] = [parameter([channels], ones), parameter([channels], zeros)];
  const apply = (x: Tensor): Tensor => {
    const batch = x.shape[0]!;
    const grouped = reshape(x, [batch, groups, sizeOf(x.shape) / (batch * groups)]);
    const normal = reshape(layerNormalize(grouped, { epsilon }), x.shape);
    return add(mul(normal, byChannel(x, gain)), byChannel(x, bias));
  };
  return Object.assign(apply, { gain, bias });
}

/** One number per channel in a shape that broadcasts to x's. */
const byChannel = ({ graph }: Tensor, channels: Parameter): Tensor =>
  reshape(graph.use(channels), [1, channels.shape[0]!, 1, 1]);
