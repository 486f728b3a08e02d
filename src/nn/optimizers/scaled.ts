/** A learning rate of its own for a group of parameters. */
import { mul } from "../ops/arithmetic.ts";
import type { Optimizer } from "./optimizer.ts";

/** The optimiser with `factor` times the learning rate that a step is given. */
export const scaled = (optimizer: Optimizer, factor: number): Optimizer => ({
  slots: optimizer.slots,
  scalars: (step) => optimizer.scalars(step),
  update: (input) => optimizer.update({ ...input, learningRate: mul(input.learningRate, factor) }),
});
