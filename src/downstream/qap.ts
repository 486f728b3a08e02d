/**
 * The quadratic assignment problem with preferences (STOP §5.2). The published score grows with the cost and with the
 * time taken, while the seed minimises the cost; here a score of 0 is the identity's cost and 1 a long search's. The
 * published formula is a variant.
 */
import type { Random } from "../core/numerics/random.ts";
import { checkPermutation, markOf } from "./answers.ts";
import { defineTask, type TaskParts } from "./define-task.ts";
import { PREFERENCE_WEIGHT, qapCost, searchQap, type Qap, type SearchEffort } from "./qap-reference.ts";
import type { DownstreamTask } from "./types.ts";

export interface QapInstance extends Qap {
  /** Cost of facility i at location i: scores 0. */
  readonly identityCost: number;
  /** Cost that scores 1. Secret. */
  readonly referenceCost: number;
}

export interface QapOptions {
  /** `paper`: (cost + seconds) / n², which pays for a high cost and for slowness. */
  readonly formula?: "strop" | "paper";
}

const FACILITIES = 15;
const LIMIT_SECONDS = 0.5;
/** How often this finds the best cost known to us: docs/downstream.md. About 0.1 s per instance. */
const EFFORT: SearchEffort = { starts: 8, iterations: 1000 };

/** Three matrices of `n` × `n` numbers, uniform in [0, 1), without a reference. */
export function drawQap(random: Random, n: number): Qap {
  const matrix = () => Array.from({ length: n }, () => Array.from({ length: n }, () => random.next()));
  return { flow: matrix(), distance: matrix(), preference: matrix() };
}

/** What an answer has to beat. */
export const identityCost = (problem: Qap): number =>
  qapCost(
    problem,
    problem.flow.map((_, i) => i),
  );

/** All of a QAP task but its instances. */
export const qapParts = (
  name: string,
  description: string,
  score: (instance: QapInstance, assignment: readonly number[], seconds: number) => number = scoreGain,
): Omit<TaskParts<QapInstance>, "counts" | "draw"> => ({
  name,
  description,
  seedSolution: SEED,
  limitSeconds: LIMIT_SECONDS,
  failureScore: 0,
  argumentsOf: ({ flow, distance, preference }) => [flow, distance, preference],
  judge: (instance, answer, seconds) =>
    markOf(checkPermutation(answer, instance.flow.length), (assignment) =>
      Math.min(1, Math.max(0, score(instance, assignment, seconds))),
    ),
});

/** 0 for a cost no better than the identity's, 1 for the reference's or a better one. */
function scoreGain(instance: QapInstance, assignment: readonly number[]): number {
  const possible = instance.identityCost - instance.referenceCost;
  const gained = instance.identityCost - qapCost(instance, assignment);
  return possible > 0 ? gained / possible : Number(gained >= 0);
}

const scorePaper = (instance: QapInstance, assignment: readonly number[], seconds: number): number =>
  (qapCost(instance, assignment) + seconds) / instance.flow.length ** 2;

export function createQap({ formula = "strop" }: QapOptions = {}): DownstreamTask {
  const name = formula === "paper" ? "qap formula=paper" : "qap";
  return defineTask<QapInstance>({
    ...qapParts(name, describe(formula), formula === "paper" ? scorePaper : scoreGain),
    counts: { validation: 10, test: 10 },
    // The paper's formula measures by no reference.
    draw(random) {
      const problem = drawQap(random, FACILITIES);
      const referenceCost = formula === "paper" ? 0 : searchQap(problem, random.fork("reference"), EFFORT).cost;
      return { ...problem, identityCost: identityCost(problem), referenceCost };
    },
  });
}

const describe = (formula: "strop" | "paper"): string => `\
/** Assigns facilities to locations, with preferences. Higher is better. */
function score(algorithm: (flow: number[][], distance: number[][], preference: number[][]) => number[]): number {
  const instances = 10, n = ${FACILITIES}, limitSeconds = ${LIMIT_SECONDS};
  const matrix = () => Array.from({ length: n }, () => Array.from({ length: n }, () => Math.random()));
  const identity = Array.from({ length: n }, (_, i) => i);
  let total = 0;
  for (let k = 0; k < instances; k++) {
    const [flow, distance, preference] = [matrix(), matrix(), matrix()];
    const cost = (a: number[]) => {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) sum += flow[i][j] * distance[a[i]][a[j]];
        sum -= ${PREFERENCE_WEIGHT} * preference[i][a[i]];
      }
      return sum;
    };
    // Facility i stands at location a[i]. Stopped after the limit. Too late, an exception or anything but a permutation
    // of 0 to n - 1 counts as 0.
    const a = runWithin(limitSeconds, () => algorithm(flow, distance, preference));
    total += ${
      formula === "strop"
        ? "clamp((cost(identity) - cost(a)) / (cost(identity) - costOfLongSearch(flow, distance, preference)), 0, 1)"
        : "(cost(a) + secondsTaken) / n ** 2"
    };
  }
  return total / instances;
}
`;

const SEED = `\
/** A few random swaps, each kept if the cost does not rise. */
export function algorithm(flow: number[][], distance: number[][], preference: number[][]): number[] {
  const n = flow.length;
  const cost = (a: number[]) => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) sum += flow[i][j] * distance[a[i]][a[j]];
      sum -= 0.5 * preference[i][a[i]];
    }
    return sum;
  };
  const assignment = Array.from({ length: n }, (_, i) => i);
  for (let step = 0; step < n; step++) {
    const [i, j] = [Math.floor(n * Math.random()), Math.floor(n * Math.random())];
    const before = cost(assignment);
    [assignment[i], assignment[j]] = [assignment[j], assignment[i]];
    if (cost(assignment) > before) [assignment[i], assignment[j]] = [assignment[j], assignment[i]];
  }
  return assignment;
}
`;
