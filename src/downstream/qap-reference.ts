/**
 * A good solution of a quadratic assignment problem, to measure others by: robust tabu search (Taillard 1991) over
 * swaps, from several random starts. Deterministic for a given stream. Knows nothing of tasks and scores.
 */
import type { Random } from "../core/numerics/random.ts";

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
  const at = Int32Array.from(random.shuffle(Array.from({ length: n }, (_, i) => i)));
  const changes = new Float64Array(n * n);
  for (let r = 0; r < n; r++) for (let s = r + 1; s < n; s++) changes[r * n + s] = swapChange(problem, at, r, s);
  // Facility i may not return to location l before step forbidden[i · n + l].
  const forbidden = new Int32Array(n * n);
  // Relative to the start.
  let [cost, best] = [0, 0];
  let assignment = [...at];
  for (let step = 1; step <= iterations; step++) {
    const chosen = bestSwap({ n, at, changes, forbidden }, step, best - cost - 1e-9);
    if (chosen === undefined) continue;
    const [r, s] = chosen;
    forbidden[r * n + at[r]!] = step + Math.ceil(n * (0.5 + random.next()));
    forbidden[s * n + at[s]!] = step + Math.ceil(n * (0.5 + random.next()));
    cost += changes[r * n + s]!;
    [at[r], at[s]] = [at[s]!, at[r]!];
    updateChanges(problem, at, changes, [r, s]);
    if (cost < best - 1e-9) [best, assignment] = [cost, [...at]];
  }
  return assignment;
}

interface Neighbourhood {
  readonly n: number;
  readonly at: Int32Array;
  /** What swapping r and s adds to the cost, at r · n + s for r < s. */
  readonly changes: Float64Array;
  readonly forbidden: Int32Array;
}

/** `record`: a change below this is taken although it is forbidden. Undefined when all swaps are forbidden. */
function bestSwap(
  { n, at, changes, forbidden }: Neighbourhood,
  step: number,
  record: number,
): readonly [number, number] | undefined {
  let [least, bestR, bestS] = [Infinity, -1, -1];
  for (let r = 0; r < n; r++) {
    for (let s = r + 1; s < n; s++) {
      const change = changes[r * n + s]!;
      if (change >= least) continue;
      const isForbidden = forbidden[r * n + at[s]!]! > step && forbidden[s * n + at[r]!]! > step;
      if (!isForbidden || change < record) [least, bestR, bestS] = [change, r, s];
    }
  }
  return bestR === -1 ? undefined : [bestR, bestS];
}

/** After u and v have swapped: swaps that share no facility with it change by a difference of four terms each way. */
// oxlint-disable-next-line max-params -- in the innermost loops an options object would cost more than the work
function updateChanges(
  problem: FlatQap,
  at: Int32Array,
  changes: Float64Array,
  [u, v]: readonly [number, number],
): void {
  const { n, flow, distance } = problem;
  const [p, q] = [at[u]! * n, at[v]! * n];
  for (let r = 0; r < n; r++) {
    for (let s = r + 1; s < n; s++) {
      if (r === u || r === v || s === u || s === v) {
        changes[r * n + s] = swapChange(problem, at, r, s);
        continue;
      }
      const [k, l] = [at[r]!, at[s]!];
      changes[r * n + s]! +=
        (flow[u * n + r]! - flow[u * n + s]! + flow[v * n + s]! - flow[v * n + r]!) *
          (distance[q + k]! - distance[q + l]! + distance[p + l]! - distance[p + k]!) +
        (flow[r * n + u]! - flow[s * n + u]! + flow[s * n + v]! - flow[r * n + v]!) *
          (distance[k * n + at[v]!]! -
            distance[l * n + at[v]!]! +
            distance[l * n + at[u]!]! -
            distance[k * n + at[u]!]!);
    }
  }
}

/** Change of the cost when facilities r and s swap places; for matrices that need not be symmetric. */
// oxlint-disable-next-line max-params -- as above
function swapChange({ n, flow, distance, preference }: FlatQap, at: Int32Array, r: number, s: number): number {
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
