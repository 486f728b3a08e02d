/** Choosing the next symbol from logits: temperature, and the nucleus of most likely symbols (Holtzman et al. 2020). */
import type { Random } from "../../core/random.ts";

export interface SamplingOptions {
  /** Divides the logits; 0 always takes the likeliest symbol. Default 1. */
  readonly temperature?: number;
  /** Only the likeliest symbols that together have this probability may be drawn. Default 1: all. */
  readonly topP?: number;
}

/** An index of `logits`. Takes one number from `random` in any case, so that streams do not depend on the options. */
export function sample(
  logits: Float32Array,
  random: Random,
  { temperature = 1, topP = 1 }: SamplingOptions = {},
): number {
  const drawn = random.next();
  const top = logits.reduce((best, logit, i) => (logit > logits[best]! ? i : best), 0);
  if (temperature === 0) return top;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - logits[top]!) / temperature));
  const choices = topP < 1 ? nucleusOf(weights, topP) : [...weights.keys()];
  let left = drawn * choices.reduce((total, i) => total + weights[i]!, 0);
  for (const i of choices) {
    left -= weights[i]!;
    if (left < 0) return i;
  }
  return top;
}

/** The fewest indices whose weights are together at least `share` of all, likeliest first. */
function nucleusOf(weights: Float64Array, share: number): readonly number[] {
  const order = [...weights.keys()].sort((a, b) => weights[b]! - weights[a]!);
  let left = share * weights.reduce((total, weight) => total + weight, 0);
  const end = order.findIndex((i) => (left -= weights[i]!) <= 0);
  return end === -1 ? order : order.slice(0, end + 1);
}
