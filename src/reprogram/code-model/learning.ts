/** How a model learns, as its source's train() says or, where it does not, by default: the optimiser and its learning rate. */
import {
  adam,
  adamW,
  constantRate,
  cosineDecay,
  linearDecay,
  muon,
  sgd,
  type Optimizer,
  type Parameter,
  type Schedule,
} from "../../nn/index.ts";
import type { TrainingDesign } from "../design/design.ts";

const DEFAULT_RATE = { adamW: 1e-3, adam: 1e-3, muon: 1e-2, sgd: 0.05 } as const;

/** `isTable`: parameters that are embeddings, which Muon must not train. */
export function optimizerOf(
  { optimizer = "adamW", weightDecay = 0, momentum }: TrainingDesign,
  isTable: (parameter: Parameter) => boolean = () => false,
): Optimizer | ((parameter: Parameter) => Optimizer) {
  if (optimizer === "adam") return adam();
  if (optimizer === "sgd") return sgd({ momentum: momentum ?? 0.9 });
  const rest = adamW({ weightDecay });
  if (optimizer === "adamW") return rest;
  const matrices = muon({ weightDecay, momentum: momentum ?? 0.95 });
  return (parameter) => (parameter.shape.length > 1 && !isTable(parameter) ? matrices : rest);
}

/** The learning rate at step 1, 2, …; `totalSteps` is where a decay ends. */
export function scheduleOf(train: TrainingDesign, totalSteps: number): Schedule {
  const { schedule = "constant", warmupSteps = 0, optimizer = "adamW" } = train;
  const options = { peak: train.learningRate ?? DEFAULT_RATE[optimizer], warmupSteps };
  if (schedule === "constant") return constantRate(options);
  return schedule === "linear" ? linearDecay({ ...options, totalSteps }) : cosineDecay({ ...options, totalSteps });
}

/** Largest norm of all gradients together. */
export const clipNormOf = ({ clipNorm = 1 }: TrainingDesign): number => clipNorm;
