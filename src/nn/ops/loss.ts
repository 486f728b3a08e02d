/**
 * Losses. Each is a mean over elements, or with `weights` (0 and 1 for a mask) a weighted mean; when all weights are 0 the
 * loss is 0. Targets are data: no gradient flows to them.
 */
import { shapeError, showShape, sizeOf, type Tensor } from "../tensor.ts";
import { add, div, mean, mul, neg, sub } from "./arithmetic.ts";
import { cast, equal, minimum, where } from "./compare.ts";
import { abs, exp, softplus } from "./elementwise.ts";
import { sum } from "./reduce.ts";
import { reshape } from "./shape.ts";
import { logSoftmax } from "./softmax.ts";

export interface LossOptions {
  /** float32, bool or int32, of the targets' shape. Default: all count the same. */
  readonly weights?: Tensor;
}

export interface CrossEntropyOptions extends LossOptions {
  /** Targets of this class do not count: padding, say. */
  readonly ignore?: number;
  /** ε: share of a target that is spread evenly over all classes (Szegedy et al. 2016, §7). Default 0. */
  readonly smoothing?: number;
}

/**
 * Mean of −ln p(target) in nats: a scalar. `logits` are [..., classes] before the softmax, `targets` int32 or int64
 * class numbers of shape [...].
 */
export function crossEntropy(logits: Tensor, targets: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const each = smoothed(logits, options.smoothing ?? 0);
  if (options.ignore === undefined) return average(each(targets), options);
  const ignored = equal(targets, options.ignore);
  const counted = sub(1, cast(ignored, "float32"));
  const weights = options.weights === undefined ? counted : mul(cast(options.weights, "float32"), counted);
  const zero = targets.graph.constant(targets.dtype === "int64" ? BigInt64Array.of(0n) : Int32Array.of(0), []);
  return average(each(where(ignored, zero, targets)), { weights });
}

/** (1 − ε)·(−ln p(target)) − ε·mean(ln p). */
function smoothed(logits: Tensor, smoothing: number): (targets: Tensor) => Tensor {
  if (smoothing === 0) return (targets) => crossEntropyEach(logits, targets);
  const evenly = mul(mean(logSoftmax(logits), { axes: [-1] }), -smoothing);
  return (targets) => add(mul(crossEntropyEach(logits, targets), 1 - smoothing), evenly);
}

/** −ln p(target) for each target, of the targets' shape. */
export function crossEntropyEach(logits: Tensor, targets: Tensor): Tensor {
  const classes = logits.shape.at(-1)!;
  const rows = sizeOf(targets.shape);
  if (rows * classes !== sizeOf(logits.shape))
    throw shapeError(
      "crossEntropy",
      `targets of shape ${showShape(logits.shape.slice(0, -1))}`,
      showShape(targets.shape),
    );
  const flat = reshape(logits, [rows, classes]);
  return reshape(neg(logProbabilityOf(flat, reshape(targets, [rows, 1]))), targets.shape);
}

/** Mean of (prediction − target)². */
export function meanSquaredError(predictions: Tensor, targets: Tensor, options?: LossOptions): Tensor {
  const difference = sub(predictions, fitting(predictions, targets));
  return average(mul(difference, difference), options);
}

/** Quadratic, ½·d², up to a distance of `delta`, and linear, delta·(|d| − ½·delta), beyond it (Huber 1964). */
export function huberLoss(
  predictions: Tensor,
  targets: Tensor,
  { delta = 1, ...options }: LossOptions & { readonly delta?: number } = {},
): Tensor {
  const distance = abs(sub(predictions, fitting(predictions, targets)));
  const near = minimum(distance, delta);
  return average(mul(near, sub(distance, mul(near, 0.5))), options);
}

/** −t·ln σ(x) − (1 − t)·ln(1 − σ(x)) for logits x and targets t in [0, 1], without overflow. */
export function binaryCrossEntropy(logits: Tensor, targets: Tensor, options?: LossOptions): Tensor {
  return average(sub(softplus(logits), mul(logits, fitting(logits, targets))), options);
}

/** The mean, or with weights the weighted mean; 0 when they are all 0. */
function average(each: Tensor, { weights }: LossOptions = {}): Tensor {
  if (weights === undefined) return mean(each);
  const shares = cast(fitting(each, weights), "float32");
  const total = sum(shares);
  // With every weight 0 the numerator is 0, whatever it is divided by.
  const divisor = add(total, cast(equal(total, 0), "float32"));
  return div(sum(mul(each, shares)), divisor);
}

function fitting(predictions: Tensor, targets: Tensor): Tensor {
  if (predictions.shape.join() === targets.shape.join()) return targets;
  throw shapeError("loss", `targets and weights of shape ${showShape(predictions.shape)}`, showShape(targets.shape));
}

/** ln softmax(logits) at one class per row: [n, classes], [n, 1] → [n, 1]. Its gradient is (one-hot − softmax) · g. */
function logProbabilityOf(logits: Tensor, chosen: Tensor): Tensor {
  const { graph, shape } = logits;
  const logP = graph.operation("LogSoftmax", [logits], { shape, attributes: { axis: -1 } });
  return graph.operation("GatherElements", [logP, chosen], {
    shape: chosen.shape,
    attributes: { axis: 1 },
    parents: [logits],
    backward: (g) => {
      const dense = mul(exp(logP), neg(g));
      return [
        graph.operation("ScatterElements", [dense, chosen, g], { shape, attributes: { axis: 1, reduction: "add" } }),
      ];
    },
  });
}
