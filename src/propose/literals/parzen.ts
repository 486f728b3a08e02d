/**
 * Parzen estimators: a density over the literal space from a handful of points, as in the tree-structured Parzen
 * estimator (Bergstra, Bardenet, Bengio, Kégl 2011, §4). One kernel per point, a product over dimensions, plus a
 * broad prior kernel, so that no value is ever impossible.
 */
import type { Random } from "../../core/numerics/random.ts";
import { cellAt, type Domain } from "./domain.ts";

/** One number per dimension: a place in [0, 1], or the index of a choice; undefined where the point has no such literal. */
export type Point = readonly (number | undefined)[];

export interface Density {
  /** A value for every dimension, all from one kernel, so that values that go together stay together. */
  sample(random: Random): number[];
  /** Natural logarithm of the density; dimensions of choices count with their probability. */
  logDensity(point: Point): number;
}

/** A kernel on one dimension: a Gaussian cut off at 0 and 1, or a preferred choice. */
interface Kernel {
  readonly center: number | undefined;
  readonly width: number;
  /** Logarithm of what the Gaussian is divided by to integrate to 1 over [0, 1]. */
  readonly logArea: number;
}

function gaussian(center: number | undefined, width: number): Kernel {
  const mean = center ?? 0.5;
  const inside = normalCdf((1 - mean) / width) - normalCdf(-mean / width);
  return { center, width, logArea: Math.log(width * Math.sqrt(2 * Math.PI) * inside) };
}

/** Probability that a choice's kernel leaves its own option, shared by all options. */
const CHOICE_LEAK = 0.3;

/** The density of `points`; of the prior alone when there are none. Kernels weigh the same, the prior as much as one point. */
export function parzen(domains: readonly Domain[], points: readonly Point[]): Density {
  const columns = domains.map((domain, d) =>
    kernelsOf(
      domain,
      points.map((point) => point[d]),
    ),
  );
  const count = points.length + 1;
  return {
    sample(random) {
      const k = random.integer(count);
      return columns.map((kernels, d) => sampleKernel(domains[d] as Domain, kernels[k] as Kernel, random));
    },
    logDensity(point) {
      const each = Array.from({ length: count }, (_, k) =>
        columns.reduce((sum, kernels, d) => sum + logKernel(domains[d] as Domain, kernels[k] as Kernel, point[d]), 0),
      );
      const top = Math.max(...each);
      return top + Math.log(each.reduce((sum, one) => sum + Math.exp(one - top), 0) / count);
    },
  };
}

/** Bandwidths: the distance to the farther neighbour, never narrower than half of 1 / (points + 2) (hyperopt's magic clip, halved). */
function kernelsOf(domain: Domain, centers: readonly (number | undefined)[]): readonly Kernel[] {
  if (domain.kind === "choice") return [...centers, undefined].map((center) => ({ center, width: 0, logArea: 0 }));
  const prior = gaussian(0.5, 1);
  const distinct = [...new Set([0, 0.5, 1, ...centers.filter((center) => center !== undefined)])].sort((a, b) => a - b);
  const places = new Map(distinct.map((value, i) => [value, i]));
  const narrowest = 0.5 / Math.min(100, centers.length + 2);
  const kernels = centers.map((center) => {
    if (center === undefined) return prior;
    const at = places.get(center) as number;
    const gap = Math.max(center - (distinct[at - 1] ?? 0), (distinct[at + 1] ?? 1) - center);
    return gaussian(center, Math.min(1, Math.max(narrowest, cellAt(domain, center) / 2, gap)));
  });
  return [...kernels, prior];
}

function sampleKernel(domain: Domain, { center, width }: Kernel, random: Random): number {
  if (domain.kind === "choice") {
    const isFree = center === undefined || random.next() < CHOICE_LEAK;
    return isFree ? random.integer(domain.options.length) : center;
  }
  for (let attempt = 0; attempt < 100; attempt++) {
    const value = (center ?? 0.5) + width * random.normal();
    if (value >= 0 && value <= 1) return value;
  }
  return random.next();
}

function logKernel(domain: Domain, { center, width, logArea }: Kernel, value: number | undefined): number {
  // An absent literal says nothing about where the others should be.
  if (value === undefined) return 0;
  if (domain.kind === "choice") {
    const share = 1 / domain.options.length;
    return Math.log(center === undefined ? share : (value === center ? 1 - CHOICE_LEAK : 0) + CHOICE_LEAK * share);
  }
  return -0.5 * ((value - (center ?? 0.5)) / width) ** 2 - logArea;
}

/** Standard normal distribution function; error below 1.5e-7 (Abramowitz & Stegun 7.1.26). */
export function normalCdf(x: number): number {
  const t = 1 / (1 + 0.3275911 * (Math.abs(x) / Math.SQRT2));
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (series * Math.exp((-x * x) / 2)) / 2;
  return x > 0 ? 1 - tail : tail;
}
