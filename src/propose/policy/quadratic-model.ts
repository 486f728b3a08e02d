/**
 * A quadratic through scored points, and its minimum near the best of them: kernel ridge regression with the kernel (1 + ⟨x, y⟩/s²)², so that
 * a few points in many dimensions give the flattest quadratic that fits (as in Powell's NEWUOA, 2006, the least change of the second derivatives).
 */
import { backward, cholesky, forward } from "../../core/numerics/cholesky.ts";

export interface ScoredPoint {
  /** In units, by dimension. */
  readonly at: readonly number[];
  /** Lower is better. */
  readonly loss: number;
}

export interface ModelOptions {
  /** Points that count: the nearest to the first in loss. */
  readonly points?: number;
  /** Largest change of any dimension. */
  readonly radius: number;
}

/** Where the quadratic through the best of `scored` is lowest, not farther than `radius` from `from`, in [0, 1]; undefined for too few points. */
export function quadraticMinimum(
  scored: readonly ScoredPoint[],
  from: readonly number[],
  { points = 40, radius }: ModelOptions,
): readonly number[] | undefined {
  const used = scored.toSorted((a, b) => a.loss - b.loss).slice(0, points);
  const [best, worst] = [used[0]?.loss ?? 0, used.at(-1)?.loss ?? 0];
  if (used.length < 4 || !(worst > best)) return undefined;
  const shifted = used.map(({ at }) => at.map((x, d) => (x - (from[d] as number)) / SCALE));
  const targets = used.map(({ loss }) => (loss - best) / (worst - best));
  const factor = cholesky(kernelOf(shifted));
  const weights = backward(factor, forward(factor, targets));
  const { slope, bend } = derivatives(shifted, weights);
  const moved = descend(slope, bend, {
    low: from.map((x) => Math.max(-radius, -x) / SCALE),
    high: from.map((x) => Math.min(radius, 1 - x) / SCALE),
  });
  return moved.map((x, d) => (from[d] as number) + SCALE * x);
}

const SCALE = 0.2;
const RIDGE = 1e-6;
const SWEEPS = 60;

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);

const kernelOf = (points: readonly (readonly number[])[]): number[][] =>
  points.map((a, i) => points.map((b, j) => (1 + dot(a, b)) ** 2 + (i === j ? RIDGE : 0)));

/** Gradient and Hessian at the origin. */
function derivatives(points: readonly (readonly number[])[], weights: Float64Array) {
  const n = points[0]!.length;
  const slope = Array.from({ length: n }, () => 0);
  const bend = Array.from({ length: n }, () => Array.from({ length: n }, () => 0));
  for (const [p, point] of points.entries()) {
    for (let i = 0; i < n; i++) {
      slope[i]! += 2 * weights[p]! * point[i]!;
      for (let j = 0; j < n; j++) bend[i]![j]! += 2 * weights[p]! * point[i]! * point[j]!;
    }
  }
  return { slope, bend };
}

interface Box {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** The minimum of ½xᵀBx + sᵀx in a box, by one dimension after the other. */
function descend(
  slope: readonly number[],
  bend: readonly (readonly number[])[],
  { low, high }: Box,
): readonly number[] {
  const x = slope.map(() => 0);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let i = 0; i < x.length; i++) {
      const pull = slope[i]! + dot(bend[i]!, x) - bend[i]![i]! * x[i]!;
      const [a, b] = [low[i]!, high[i]!];
      const value = (at: number) => 0.5 * bend[i]![i]! * at * at + pull * at;
      const free = bend[i]![i]! > 1e-9 ? -pull / bend[i]![i]! : Number.NaN;
      if (free >= a && free <= b) x[i] = free;
      else x[i] = value(a) < value(b) ? a : b;
    }
  }
  return x;
}
