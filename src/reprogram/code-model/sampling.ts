/** Choosing the next symbol from logits: temperature, and the nucleus of most likely symbols (Holtzman et al. 2020). */
import type { Random } from "../../core/numerics/random.ts";

export interface SamplingOptions {
  /** Divides the logits; 0 always takes the likeliest symbol. Default 1. */
  readonly temperature?: number;
  /** Only the likeliest symbols that together have this probability may be drawn. Default 1: all. */
  readonly topP?: number;
}

/** A symbol that was drawn, and from what: softmax(logits / temperature) over the nucleus, which is the policy that wrote it. */
export interface Draw {
  readonly token: number;
  /** ln of its probability among `choices`; 0 where there was no choice. */
  readonly logProbability: number;
  /** Symbols that could have been drawn; undefined: all. */
  readonly choices: readonly number[] | undefined;
}

/** Draws an index of `logits`. Takes one number from `random` in any case, so that streams do not depend on the options. */
export function draw(logits: Float32Array, random: Random, { temperature = 1, topP = 1 }: SamplingOptions = {}): Draw {
  const drawn = random.next();
  const top = logits.reduce((best, logit, i) => (logit > logits[best]! ? i : best), 0);
  if (temperature === 0) return { token: top, logProbability: 0, choices: [top] };
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - logits[top]!) / temperature));
  const choices = topP < 1 ? nucleusOf(weights, topP) : undefined;
  const numbers = choices ?? [...weights.keys()];
  const total = numbers.reduce((sum, i) => sum + weights[i]!, 0);
  let left = drawn * total;
  const token = numbers.find((i) => (left -= weights[i]!) < 0) ?? top;
  return { token, logProbability: Math.log(weights[token]! / total), choices };
}

/** The index alone. */
export const sample = (...args: Parameters<typeof draw>): number => draw(...args).token;

/** The fewest indices whose weights are together at least `share` of all, likeliest first. */
function nucleusOf(weights: Float64Array, share: number): readonly number[] {
  const order = [...weights.keys()].sort((a, b) => weights[b]! - weights[a]!);
  let left = share * weights.reduce((total, weight) => total + weight, 0);
  const end = order.findIndex((i) => (left -= weights[i]!) <= 0);
  return end === -1 ? order : order.slice(0, end + 1);
}
