/**
 * The optimiser of a network whose layers may have any width. A step of Adam moves every weight alike, so that a layer with many inputs
 * moves far; above some number of inputs its learning rate falls with them (as in Yang et al. 2021). Muon goes by the matrix's size itself.
 */
import { adamW, type Optimizer, type Parameter, scaled, type Shape } from "../../../nn/index.ts";
import { optimizerOf } from "../../../reprogram/code-model/learning.ts";
import type { TrainingDesign } from "../../../reprogram/design/design.ts";

/** Inputs of one MNIST digit: so many and fewer learn at the full rate. */
const FULL_RATE_INPUTS = 784;

/** Muon makes a matrix orthogonal in each step: above this many inputs and outputs that costs more than the layer itself. */
const WIDEST_MUON = 128;

/** Of AdamW's rate to Muon's. */
const ADAM_SHARE = 0.1;

export function networkOptimizer(training: TrainingDesign): Optimizer | ((parameter: Parameter) => Optimizer) {
  if (training.optimizer === "sgd") return optimizerOf(training);
  if (training.optimizer !== "muon") return byInputs(optimizerOf(training) as Optimizer);
  const muon = optimizerOf(training) as (parameter: Parameter) => Optimizer;
  const wide = byInputs(adamW({ weightDecay: training.weightDecay ?? 0 }), ADAM_SHARE);
  return (parameter) => (isWideDense(parameter.shape) ? wide : muon)(parameter);
}

function byInputs(base: Optimizer, share = 1): (parameter: Parameter) => Optimizer {
  const known = new Map<number, Optimizer>();
  return ({ shape }) => {
    const inputs = Math.max(FULL_RATE_INPUTS, inputsOf(shape));
    const optimizer = known.get(inputs) ?? scaled(base, (share * FULL_RATE_INPUTS) / inputs);
    known.set(inputs, optimizer);
    return optimizer;
  };
}

const isWideDense = (shape: Shape): boolean => shape.length === 2 && Math.min(...shape) > WIDEST_MUON;

/** Numbers that reach one output: [inputs, outputs], or [outputs, inputs, ...kernel]; a bias has none. */
const inputsOf = (shape: Shape): number =>
  shape.length < 2 ? 0 : shape.length === 2 ? (shape[0] as number) : shape.slice(1).reduce((a, b) => a * b, 1);
