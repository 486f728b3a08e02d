/** Quadratic assignment problems from QAPLIB: `.dat` holds n and two n × n matrices, `.sln` n, a cost and a permutation. */
import { fixedTask } from "./define-task.ts";
import { type FileTaskOptions, type InstanceFile, badFile, nameOf, numbersOf } from "./instance-file.ts";
import { identityCost, qapParts, type QapInstance } from "./qap.ts";
import { qapCost, type Qap } from "./qap-reference.ts";
import type { DownstreamTask } from "./types.ts";

export interface QapFile extends InstanceFile {
  /** Best cost known; it scores 1. */
  readonly best: number;
}

export interface QaplibSolution {
  readonly cost: number;
  /** Facility i stands at location `assignment[i]`; undefined when the file gives the cost alone. */
  readonly assignment: readonly number[] | undefined;
}

/** The first matrix as flow, the second as distance, and no preferences. Throws StropError `downstream.bad-file`. */
export function parseQaplib(file: InstanceFile): Qap {
  const [n = 0, ...numbers] = numbersOf(file);
  if (n < 1) badFile(file, "a number of facilities, then two matrices", `${n} facilities`);
  if (numbers.length !== 2 * n * n) badFile(file, `two matrices of ${n} × ${n} numbers`, `${numbers.length} numbers`);
  const matrix = (from: number) => Array.from({ length: n }, (_, i) => numbers.slice(from + i * n, from + (i + 1) * n));
  return { flow: matrix(0), distance: matrix(n * n), preference: matrix(0).map((row) => row.map(() => 0)) };
}

/**
 * Files disagree on whether their permutation says where a facility stands or what stands at a location, so the reading
 * that has the cost is taken. Throws StropError `downstream.bad-file` when neither has.
 */
export function parseQaplibSolution(file: InstanceFile, problem: Qap): QaplibSolution {
  const [n = 0, cost = Number.NaN, ...listed] = numbersOf(file);
  if (n !== problem.flow.length) badFile(file, `a solution for ${problem.flow.length} facilities`, String(n));
  if (Number.isNaN(cost)) badFile(file, "a number of facilities, then a cost", "no cost");
  if (listed.length === 0) return { cost, assignment: undefined };
  if (listed.length !== n || new Set(listed).size !== n || listed.some((each) => !(each >= 1 && each <= n)))
    badFile(file, `a permutation of 1 to ${n}`, listed.join(" ").slice(0, 60));
  const forwards = listed.map((location) => location - 1);
  const backwards = forwards.map((_, facility) => forwards.indexOf(facility));
  const assignment = [forwards, backwards].find((each) => qapCost(problem, each) === cost);
  return assignment === undefined
    ? badFile(file, `a permutation of cost ${cost}`, `${qapCost(problem, forwards)} and ${qapCost(problem, backwards)}`)
    : { cost, assignment };
}

/** The assignment task over given problems: 0 for the identity's cost, 1 for the best known. */
export function fromQaplib(files: readonly QapFile[], { limitSeconds }: FileTaskOptions = {}): DownstreamTask {
  const parts = qapParts(nameOf("qap", files), DESCRIPTION);
  const instances = files.map((file): QapInstance => {
    const problem = parseQaplib(file);
    return { ...problem, identityCost: identityCost(problem), referenceCost: file.best };
  });
  return fixedTask({ ...parts, limitSeconds: limitSeconds ?? parts.limitSeconds }, instances);
}

const DESCRIPTION = `\
/** Assigns facilities to locations. Higher is better. Matrices need not be symmetric. */
function score(algorithm: (flow: number[][], distance: number[][], preference: number[][]) => number[]): number {
  let total = 0;
  for (const { flow, distance, preference, bestKnownCost, limitSeconds } of instances) {
    const cost = (a: number[]) => {
      let sum = 0;
      for (let i = 0; i < a.length; i++) {
        for (let j = 0; j < a.length; j++) sum += flow[i][j] * distance[a[i]][a[j]];
        sum -= 0.5 * preference[i][a[i]];
      }
      return sum;
    };
    const identity = flow.map((_, i) => i);
    // Facility i stands at location a[i]. Stopped after the limit. Too late, an exception or anything but a permutation
    // of 0 to n - 1 counts as 0.
    const a = runWithin(limitSeconds, () => algorithm(flow, distance, preference));
    total += clamp((cost(identity) - cost(a)) / (cost(identity) - bestKnownCost), 0, 1);
  }
  return total / instances.length;
}
`;
