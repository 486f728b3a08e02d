/** Softmax over the last axis, its logarithm, and the cross-entropy loss of classification. */
import { shapeError, showShape, sizeOf, type Tensor } from "../tensor.ts";
import { mean, mul, neg, sub } from "./arithmetic.ts";
import { exp } from "./elementwise.ts";
import { sum } from "./reduce.ts";
import { reshape } from "./shape.ts";

const overLast = { axes: [-1], keep: true };

export function softmax(x: Tensor): Tensor {
  const y: Tensor = x.graph.operation("Softmax", [x], {
    shape: x.shape,
    attributes: { axis: -1 },
    backward: (g) => [mul(y, sub(g, sum(mul(g, y), overLast)))],
  });
  return y;
}

export function logSoftmax(x: Tensor): Tensor {
  const y: Tensor = x.graph.operation("LogSoftmax", [x], {
    shape: x.shape,
    attributes: { axis: -1 },
    backward: (g) => [sub(g, mul(exp(y), sum(g, overLast)))],
  });
  return y;
}

/**
 * Mean of −ln p(target) in nats: a scalar. `logits` are [..., classes] before the softmax, `targets` int32 or int64
 * class numbers of shape [...].
 */
export function crossEntropy(logits: Tensor, targets: Tensor): Tensor {
  const classes = logits.shape.at(-1)!;
  const rows = sizeOf(targets.shape);
  if (rows * classes !== sizeOf(logits.shape))
    throw shapeError(
      "crossEntropy",
      `targets of shape ${showShape(logits.shape.slice(0, -1))}`,
      showShape(targets.shape),
    );
  const flat = reshape(logits, [rows, classes]);
  const chosen = reshape(targets, [rows, 1]);
  return neg(mean(logProbabilityOf(flat, chosen)));
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
      const dense = neg(mul(exp(logP), g));
      return [
        graph.operation("ScatterElements", [dense, chosen, g], { shape, attributes: { axis: 1, reduction: "add" } }),
      ];
    },
  });
}
