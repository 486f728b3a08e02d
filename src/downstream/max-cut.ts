/**
 * Maximum cut (STOP §5.2). The published score, weight of the cut / 10, is not bounded by 1; here it is the share of
 * the graph's weight that is cut. The paper's formula, bounded, is a variant.
 */
import type { Random } from "../core/numerics/random.ts";
import { checkBits, markOf, type Bit } from "./answers.ts";
import { defineTask, type TaskParts } from "./define-task.ts";
import type { DownstreamTask } from "./types.ts";

export interface MaxCutInstance {
  /** Symmetric, zero diagonal. */
  readonly weights: readonly (readonly number[])[];
  /** The cut that scores 1. */
  readonly scale: number;
}

export interface MaxCutOptions {
  /** 20 graphs of 400 to 600 nodes in half a second each, in place of 100 of 50 to 200 in a tenth. */
  readonly hard?: boolean;
  /** `paper`: cut / 10, divided by ⌊n²/4⌋, the most edges that a cut of n nodes can have, so that it stays below 1. */
  readonly formula?: "strop" | "paper";
}

interface MaxCutShape {
  readonly fewest: number;
  readonly most: number;
  readonly limitSeconds: number;
  /** Of each split. */
  readonly count: number;
}

const USUAL: MaxCutShape = { fewest: 50, most: 200, limitSeconds: 0.1, count: 100 };
const HARD: MaxCutShape = { fewest: 400, most: 600, limitSeconds: 0.5, count: 20 };
const EDGE_PROBABILITY = 0.4;
const HEAVIEST = 10;

/** Random weights of a graph with `fewest` to `most` nodes. */
export function drawWeights(random: Random, { fewest, most }: { fewest: number; most: number }): number[][] {
  const nodes = fewest + random.integer(most - fewest + 1);
  const weights = Array.from({ length: nodes }, () => Array.from({ length: nodes }, () => 0));
  for (let i = 0; i < nodes; i++) {
    for (let j = i + 1; j < nodes; j++) {
      if (random.next() < EDGE_PROBABILITY) weights[i]![j] = weights[j]![i] = 1 + random.integer(HEAVIEST);
    }
  }
  return weights;
}

/** Weight between the two sides. */
export function cutWeight(weights: MaxCutInstance["weights"], side: readonly Bit[]): number {
  let cut = 0;
  for (const [i, row] of weights.entries()) {
    for (let j = i + 1; j < row.length; j++) if (side[i] !== side[j]) cut += row[j]!;
  }
  return cut;
}

/** Total weight of the edges that a cut can gain by: the positive ones. */
export const positiveWeight = (weights: MaxCutInstance["weights"]): number =>
  weights.reduce((sum, row, i) => row.reduce((inner, weight, j) => inner + (j > i ? Math.max(0, weight) : 0), sum), 0);

/** All of a max-cut task but its instances. A cut worth less than nothing (negative weights) scores 0. */
export const maxCutParts = (
  name: string,
  told: Pick<DownstreamTask, "description" | "limitSeconds">,
): Omit<TaskParts<MaxCutInstance>, "counts" | "draw"> => ({
  name,
  ...told,
  seedSolution: SEED,
  failureScore: 0,
  argumentsOf: ({ weights }) => [weights],
  judge: ({ weights, scale }, answer) =>
    markOf(checkBits(answer, weights.length), (side) => Math.min(1, Math.max(0, cutWeight(weights, side) / scale))),
});

export function createMaxCut({ hard = false, formula = "strop" }: MaxCutOptions = {}): DownstreamTask {
  const shape = hard ? HARD : USUAL;
  const scaleOf = (weights: number[][]) =>
    formula === "strop" ? positiveWeight(weights) : HEAVIEST * Math.floor(weights.length ** 2 / 4);
  const name = ["max-cut", ...(hard ? ["hard"] : []), ...(formula === "paper" ? ["formula=paper"] : [])].join(" ");
  return defineTask<MaxCutInstance>({
    ...maxCutParts(name, { limitSeconds: shape.limitSeconds, description: describe(shape, formula) }),
    counts: { validation: shape.count, test: shape.count },
    draw(random) {
      const weights = drawWeights(random, shape);
      return { weights, scale: scaleOf(weights) };
    },
  });
}

const describe = ({ fewest, most, limitSeconds, count }: MaxCutShape, formula: "strop" | "paper"): string => `\
/** Splits a weighted graph in two so that much weight lies between the sides. Higher is better. */
function score(algorithm: (weights: number[][]) => Bit[]): number {
  const instances = ${count}, limitSeconds = ${limitSeconds};
  let score = 0;
  for (let k = 0; k < instances; k++) {
    const n = ${fewest} + Math.floor(${most - fewest + 1} * Math.random());
    const weights = Array.from({ length: n }, () => new Array<number>(n).fill(0)); // symmetric, zero diagonal
    let total = 0;
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        if (Math.random() < ${EDGE_PROBABILITY}) total += weights[i][j] = weights[j][i] = 1 + Math.floor(${HEAVIEST} * Math.random());
      }
    }
    // Stopped after the limit. Too late, an exception or anything but n bits counts as 0.
    const side = runWithin(limitSeconds, () => algorithm(weights));
    let cut = 0;
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) if (side[i] !== side[j]) cut += weights[i][j];
    score += ${formula === "strop" ? "cut / total" : `cut / ${HEAVIEST} / Math.floor(n ** 2 / 4)`};
  }
  return score / instances;
}
`;

const SEED = `\
type Bit = 0 | 1;

/** Node by node, each to the side where it cuts more of the edges to the nodes before it. */
export function algorithm(weights: number[][]): Bit[] {
  const side: Bit[] = [];
  for (const [i, row] of weights.entries()) {
    let gain = 0;
    for (let j = 0; j < i; j++) gain += side[j] === 0 ? row[j] : -row[j];
    side.push(gain > 0 ? 1 : 0);
  }
  return side;
}
`;
