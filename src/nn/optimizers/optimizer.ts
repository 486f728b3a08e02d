/** What an optimiser is: state per parameter and a rule that updates it, written as tensors in the training graph. */
import type { Tensor } from "../tensor.ts";

/** One parameter at one step. Slots and scalars are the optimiser's own, by name. */
export interface UpdateInput {
  readonly value: Tensor;
  readonly gradient: Tensor;
  readonly slots: Readonly<Record<string, Tensor>>;
  readonly scalars: Readonly<Record<string, Tensor>>;
  /** Scalar, fed at every step, so that schedules need no new graph. */
  readonly learningRate: Tensor;
}

export interface UpdateOutput {
  readonly value: Tensor;
  readonly slots: Readonly<Record<string, Tensor>>;
}

export interface Optimizer {
  /** State of a parameter's shape, zero at the start. */
  readonly slots: readonly string[];
  /** Numbers that depend on the step alone (1, 2, …), computed in double precision and fed. */
  scalars(step: number): Readonly<Record<string, number>>;
  update(input: UpdateInput): UpdateOutput;
}
