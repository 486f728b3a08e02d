/**
 * The optimiser of a network whose layers may have any width. A step of Adam moves every weight alike, so that a layer with many inputs
 * moves far; above some number of inputs its learning rate falls with them (as in Yang et al. 2021).
 */
import { scaled } from "../../nn/index.ts";
import type { Optimizer, Parameter, Shape } from "../../nn/index.ts";
import { optimizerOf } from "../../reprogram/code-model/learning.ts";
import type { TrainingDesign } from "../../reprogram/design/design.ts";

/** Inputs of one MNIST digit: so many and fewer learn at the full rate. */
const FULL_RATE_INPUTS = 784;

/** SGD and Muon are left as they are: the one goes by the gradient's size, the other by the matrix's. */
export function networkOptimizer(training: TrainingDesign): Optimizer | ((parameter: Parameter) => Optimizer) {
  const base = optimizerOf(training);
  if (typeof base === "function" || training.optimizer === "sgd") return base;
  const byInputs = new Map<number, Optimizer>();
  return ({ shape }) => {
    const inputs = Math.max(FULL_RATE_INPUTS, inputsOf(shape));
    const known = byInputs.get(inputs) ?? scaled(base, FULL_RATE_INPUTS / inputs);
    byInputs.set(inputs, known);
    return known;
  };
}

/** Numbers that reach one output: [inputs, outputs], or [outputs, inputs, ...kernel]; a bias has none. */
const inputsOf = (shape: Shape): number =>
  shape.length < 2 ? 0 : shape.length === 2 ? (shape[0] as number) : shape.slice(1).reduce((a, b) => a * b, 1);
