/** Stochastic gradient descent with momentum (Polyak 1964; the look-ahead form of Sutskever et al. 2013 with `nesterov`). */
import { add, mul, sub } from "../ops/arithmetic.ts";
import type { Optimizer, UpdateOutput } from "./optimizer.ts";

export interface SgdOptions {
  /** 0 is plain gradient descent. */
  readonly momentum?: number;
  readonly nesterov?: boolean;
}

/** v ← μ·v + g; w ← w − η·v, or with `nesterov` w ← w − η·(g + μ·v). */
export function sgd({ momentum = 0, nesterov = false }: SgdOptions = {}): Optimizer {
  return {
    slots: momentum === 0 ? [] : ["velocity"],
    scalars: () => ({}),
    update({ value, gradient, slots, learningRate }): UpdateOutput {
      if (momentum === 0) return { value: sub(value, mul(gradient, learningRate)), slots: {} };
      const velocity = add(mul(slots["velocity"]!, momentum), gradient);
      const direction = nesterov ? add(gradient, mul(velocity, momentum)) : velocity;
      return { value: sub(value, mul(direction, learningRate)), slots: { velocity } };
    },
  };
}
