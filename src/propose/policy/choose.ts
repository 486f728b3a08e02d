/** Draws an action and tries it; one that leads nowhere is masked, and another is drawn from what is left. */
import type { Random } from "../../core/numerics/random.ts";
import { MASKED, sampleAction } from "../../policy/masked-categorical.ts";

export interface Choice<T> {
  readonly action: number;
  /** ln π under the final mask: the banned actions took no part. */
  readonly logProbability: number;
  readonly banned: readonly number[];
  readonly result: T;
}

/** Null when no action leads anywhere. `attempt` gives null for an action that does not. */
export async function chooseAction<T>(
  logPi: ArrayLike<number>,
  random: Random,
  attempt: (action: number) => T | null | Promise<T | null>,
): Promise<Choice<T> | null> {
  let left: Float64Array = Float64Array.from(logPi);
  const banned: number[] = [];
  for (;;) {
    const action = sampleAction(left, random);
    if (action === -1) return null;
    const result = await attempt(action);
    if (result !== null) return { action, logProbability: left[action] as number, banned, result };
    banned.push(action);
    left = without(left, action);
  }
}

/** The same distribution without one action: as a softmax whose logit for it was masked. */
function without(logPi: Float64Array, action: number): Float64Array {
  const rest = logPi.map((one, i) => (i === action ? MASKED : one));
  const top = Math.max(...rest);
  if (top <= MASKED / 2) return rest;
  const total = top + Math.log(rest.reduce((sum, one) => sum + Math.exp(one - top), 0));
  return rest.map((one) => (one <= MASKED / 2 ? MASKED : one - total));
}
