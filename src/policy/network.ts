/** What PPO needs of a network: it reads observations, and gives a logit for every action and the value of the state. */
import type { Shape, Tensor, Tensors } from "../nn/index.ts";

/** What a policy sees at one decision. */
export interface Observation {
  /** Row-major numbers by input name, in the sizes of `PolicyNetwork.inputs`. */
  readonly inputs: Readonly<Record<string, Float32Array>>;
  /** By action: 1 where it is possible, else 0. At least one is. */
  readonly mask: Uint8Array;
}

export interface PolicyNetwork {
  /** Shapes of one observation's float32 inputs, without the batch. */
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly actions: number;
  /** Layers, so that their parameters have names (nn/checkpoint/parameters.ts). Frozen ones are not learned. */
  readonly model: unknown;
  /** [batch, ...shape] for each input → logits [batch, actions] and values [batch]. */
  apply(inputs: Tensors): { readonly logits: Tensor; readonly values: Tensor };
}

/** Values of a network's learned parameters by name. */
export type Weights = Readonly<Record<string, Float32Array>>;

/** One decision and what came of it. */
export interface Sample {
  readonly observation: Observation;
  readonly action: number;
  /** ln π(a|s) when it was taken. */
  readonly logProbability: number;
  /** Â; normalised over all samples of an update. */
  readonly advantage: number;
  /** What V(s) should be. */
  readonly target: number;
}
