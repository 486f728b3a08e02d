/**
 * Reverse-mode differentiation on the graph itself: the backward pass is appended as ordinary tensors, so that the
 * runtime sees one computation. Gradients of tensors used more than once are added up in a fixed order.
 */
import { StropError } from "../core/errors.ts";
import { scalar, showShape, type Tensor } from "./tensor.ts";

/**
 * d loss / d target for each target, in order, as tensors of the targets' shapes; of one that another is made from, by way of that too.
 * @throws StropError `nn.gradient` when the loss is not a scalar, a target does not affect it, or an operator on the
 * way has no gradient.
 */
export function gradients(loss: Tensor, targets: readonly Tensor[]): Tensor[] {
  if (loss.shape.length > 0)
    throw new StropError("nn.gradient", `expected a scalar loss, found shape ${showShape(loss.shape)}`, {
      hint: "Reduce the loss with sum() or mean().",
    });
  const path = differentiable(loss, new Set(targets));
  const found = new Map<Tensor, Tensor>([[loss, scalar(loss.graph, 1)]]);
  for (const tensor of path) {
    const gradient = found.get(tensor);
    if (gradient === undefined || !tensor.parents.some((parent) => path.has(parent))) continue;
    propagate(tensor, gradient, (parent, part) => {
      if (!path.has(parent)) return;
      const sum = found.get(parent);
      found.set(parent, sum === undefined ? part : addUp(sum, part));
    });
  }
  return targets.map((target) => found.get(target) ?? unreachable(target));
}

/** Every tensor through which a target reaches the loss, outputs before inputs. */
function differentiable(loss: Tensor, targets: ReadonlySet<Tensor>): Set<Tensor> {
  const reaches = new Map<Tensor, boolean>();
  for (const tensor of ancestors([loss], (made) => made.parents))
    reaches.set(tensor, targets.has(tensor) || tensor.parents.some((parent) => reaches.get(parent)));
  return new Set([...reaches.keys()].filter((tensor) => reaches.get(tensor)).reverse());
}

/** The given tensors and all that `from` leads to, inputs before outputs. */
export function ancestors(tensors: readonly Tensor[], from: (tensor: Tensor) => readonly Tensor[]): Tensor[] {
  const seen = new Set(tensors);
  for (const tensor of seen) for (const source of from(tensor)) seen.add(source);
  return [...seen].sort((a, b) => a.id - b.id);
}

function propagate(tensor: Tensor, gradient: Tensor, give: (parent: Tensor, part: Tensor) => void): void {
  if (tensor.backward === undefined) {
    const what = tensor.source.kind === "operation" ? tensor.source.type : tensor.source.kind;
    throw new StropError("nn.gradient", `expected a differentiable operator, found ${what}, which has no gradient`);
  }
  tensor.backward(gradient).forEach((part, index) => {
    if (part !== undefined) give(tensor.parents[index]!, part);
  });
}

const addUp = (a: Tensor, b: Tensor): Tensor => a.graph.operation("Add", [a, b], { shape: a.shape });

function unreachable(target: Tensor): never {
  throw new StropError(
    "nn.gradient",
    `expected the loss to depend on every target, found that it does not on #${target.id}`,
  );
}
