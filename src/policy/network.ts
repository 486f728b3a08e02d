/** What PPO needs of a network: it reads observations, and gives a logit for every action and the value of the state. */
import type { Shape, Tensor, Tensors } from "../nn/index.ts";

/** What a policy sees at one decision. */
export interface Observation {
  /** Row-major numbers by input name, in the sizes of `PolicyNetwork.inputs`. */
  readonly inputs: Readonly<Record<string, Float32Array>>;
  /** By place and action: 1 where it is possible, else 0. At least one is, wherever a decision is made. */
  readonly mask: Uint8Array;
}

export interface PolicyNetwork {
  /** Shapes of one observation's float32 inputs, without the batch. */
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly actions: number;
  /** Decisions that one pass may hold, at places 0, 1, …: a text's symbols, say. Default 1. */
  readonly places?: number;
  /** Layers, so that their parameters have names (nn/checkpoint/parameters.ts). Frozen ones are not learned. */
  readonly model: unknown;
  /** [batch, ...shape] for each input → logits [batch · places, actions] and values [batch · places]. */
  apply(inputs: Tensors): { readonly logits: Tensor; readonly values: Tensor };
}

/** Values of a network's learned parameters by name. */
export type Weights = Readonly<Record<string, Float32Array>>;

/** One decision and what came of it. */
export interface Decision {
  readonly action: number;
  /** ln π(a|s) when it was taken. */
  readonly logProbability: number;
  /** Â; normalised over all decisions of an update. */
  readonly advantage: number;
  /** What V(s) should be. */
  readonly target: number;
}

/** The decision of a network with one place, and what was seen. */
export interface Sample extends Decision {
  readonly observation: Observation;
}

/** What an expert would do, and what came of what was done. For networks with one place. */
export interface Example {
  readonly observation: Observation;
  /** π_E(a|s) by action; 0 for what is masked. */
  readonly expert: Float32Array;
  /** What V(s) should be. */
  readonly target: number;
}

/** The decisions of one pass, by place; undefined where there was nothing to decide. At least one is there. */
export interface Episode {
  readonly observation: Observation;
  readonly decisions: readonly (Decision | undefined)[];
}

export const placesOf = ({ places = 1 }: PolicyNetwork): number => places;

export const asEpisode = (sample: Sample | Episode): Episode =>
  "decisions" in sample ? sample : { observation: sample.observation, decisions: [sample] };
