/**
 * A good solution of a quadratic assignment problem, to measure others by: robust tabu search (Taillard 1991) over
 * swaps, from several random starts. Deterministic for a given stream. Knows nothing of tasks and scores.
 */
import type { Random } from "../core/random.ts";

/** Square matrices, row by row. */
export interface Qap {
  readonly flow: readonly (readonly number[])[];
  readonly distance: readonly (readonly number[])[];
  readonly preference: readonly (readonly number[])[];
}

export interface QapSolution {
  /** Facility i stands at location `assignment[i]`. */
  readonly assignment: readonly number[];
  readonly cost: number;
}

export interface SearchEffort {
  readonly starts: number;
  readonly iterations: number;
}

/** Weight of the preferences in the cost (λ of the paper's task). */
export const PREFERENCE_WEIGHT = 0.5;

/** Σ F_ij · D_{a_i a_j} − ½ Σ P_{i, a_i}. */
export function qapCost({ flow, distance, preference }: Qap, assignment: readonly number[]): number {
  let cost = 0;
  for (const [i, at] of assignment.entries()) {
    for (const [j, other] of assignment.entries()) cost += flow[i]![j]! * distance[at]![other]!;
    cost -= PREFERENCE_WEIGHT * preference[i]![at]!;
  }
  return cost;
}

/** The best of `starts` searches of `iterations` swaps each. */
export function searchQap(problem: Qap, random: Random, { starts, iterations }: SearchEffort): QapSolution {
  const flat = flatten(problem);
  const found = Array.from({ length: starts }, (_, start): QapSolution => {
    const assignment = tabuSearch(flat, random.fork(start), iterations);
    return { assignment, cost: qapCost(problem, assignment) };
  });
  return found.reduce((best, each) => (each.cost < best.cost ? each : best));
}

interface FlatQap {
  readonly n: number;
  readonly flow: Float64Array;
  readonly distance: Float64Array;
  readonly preference: Float64Array;
}

const flatten = ({ flow, distance, preference }: Qap): FlatQap => ({
  n: flow.length,
  flow: Float64Array.from(flow.flat()),
  distance: Float64Array.from(distance.flat()),
  preference: Float64Array.from(preference.flat()),
});

/** Each step takes the best swap that does not put a facility back where it recently was, unless that is a record. */
function tabuSearch(problem: FlatQap, random: Random, iterations: number): number[] {
  const { n } = problem;
  const at = random.shuffle(Array.from({ length: n }, (_, i) => i));
  // Facility i may not return to location l before step forbidden[i · n + l].
  const forbidden = new Int32Array(n * n);
  // Relative to the start.
  let [cost, best] = [0, 0];
  let assignment = [...at];
  for (let step = 1; step <= iterations; step++) {
    let [bestChange, bestR, bestS] = [Infinity, -1, -1];
    for (let r = 0; r < n; r++) {
      for (let s = r + 1; s < n; s++) {
        const change = swapChange(problem, at, r, s);
        const isTabu = forbidden[r * n + at[s]!]! > step && forbidden[s * n + at[r]!]! > step;
        if (change < bestChange && (!isTabu || cost + change < best - 1e-9))
          [bestChange, bestR, bestS] = [change, r, s];
      }
    }
    if (bestR === -1) continue;
    const tenure = () => step + Math.ceil(n * (0.5 + random.next()));
    forbidden[bestR * n + at[bestR]!] = tenure();
    forbidden[bestS * n + at[bestS]!] = tenure();
    [at[bestR], at[bestS]] = [at[bestS]!, at[bestR]!];
    cost += bestChange;
    if (cost < best - 1e-9) [best, assignment] = [cost, [...at]];
  }
  return assignment;
}

/** Change of the cost when facilities r and s swap places; for matrices that need not be symmetric. */
// oxlint-disable-next-line max-params -- the innermost loop: an options object per swap would cost more than the swap
function swapChange({ n, flow, distance, preference }: FlatQap, at: readonly number[], r: number, s: number): number {
  const [p, q] = [at[r]!, at[s]!];
  let change =
    (flow[r * n + r]! - flow[s * n + s]!) * (distance[q * n + q]! - distance[p * n + p]!) +
    (flow[r * n + s]! - flow[s * n + r]!) * (distance[q * n + p]! - distance[p * n + q]!) -
    PREFERENCE_WEIGHT *
      (preference[r * n + q]! + preference[s * n + p]! - preference[r * n + p]! - preference[s * n + q]!);
  for (let k = 0; k < n; k++) {
    if (k === r || k === s) continue;
    const l = at[k]!;
    change +=
      (flow[k * n + r]! - flow[k * n + s]!) * (distance[l * n + q]! - distance[l * n + p]!) +
      (flow[r * n + k]! - flow[s * n + k]!) * (distance[q * n + l]! - distance[p * n + l]!);
  }
  return change;
}
