/**
 * Tree-structured Parzen estimator over literals (Bergstra, Bardenet, Bengio, Kégl: Algorithms for Hyper-Parameter
 * Optimization, 2011, §4). The trials are split into good and bad; the next values maximise l(x)/g(x), the ratio of
 * their densities. Every trial of the run counts, whoever proposed it; a failed one is among the bad.
 */
import type { Random } from "../../core/numerics/random.ts";
import { toUnit } from "./domain.ts";
import { ATTEMPTS, proposePoint } from "./literal-proposal.ts";
import { type Dimension, literalSpace, observe, type Observation, unitOf } from "./literal-space.ts";
import { type Density, parzen, type Point } from "./parzen.ts";
import { drawOther } from "./random.ts";
import type { Proposer } from "../types.ts";

/** Trials with a program before the densities are trusted; until then values are drawn at random. */
const STARTUP = 8;
/** Points drawn from l(x), of which the best ratio wins. */
const CANDIDATES = 8;

/** A proposer that moves a few literals of the champion to where the good trials are and the bad ones are not. */
export const tpe = (): Proposer => ({
  name: "tpe",
  async propose(context) {
    const dimensions = await literalSpace(context);
    if (dimensions.length === 0) return null;
    const observations = await observe(context);
    const present = dimensions.map(({ site, domain }) => toUnit(domain, site.value));
    const points =
      observations.length < STARTUP
        ? startupDraws(dimensions, present, context.random)
        : rankedDraws({ dimensions, present, observations, random: context.random });
    return proposePoint(context, { dimensions, present, points });
  },
});

function startupDraws(dimensions: readonly Dimension[], present: readonly number[], random: Random): number[][] {
  return Array.from({ length: ATTEMPTS }, () => {
    const moved = moveMask(dimensions.length, random);
    return dimensions.map(({ domain, site }, d) =>
      moved.has(d) ? toUnit(domain, drawOther(domain, site.value, random)) : (present[d] as number),
    );
  });
}

interface Search {
  readonly dimensions: readonly Dimension[];
  readonly present: readonly number[];
  readonly observations: readonly Observation[];
  readonly random: Random;
}

/** Points that take some dimensions from the good density and the rest from the champion, best ratio first. */
function rankedDraws({ dimensions, present, observations, random }: Search): number[][] {
  const { good, bad } = split(dimensions, observations);
  const points = Array.from({ length: CANDIDATES }, () => {
    const sample = good.sample(random);
    const moved = moveMask(dimensions.length, random);
    return sample.map((value, d) => (moved.has(d) ? value : (present[d] as number)));
  });
  const ratio = new Map(points.map((point) => [point, good.logDensity(point) - bad.logDensity(point)]));
  return points.toSorted((a, b) => (ratio.get(b) as number) - (ratio.get(a) as number));
}

/** The best quarter of the trials is good (γ of the paper is a share too), at most 25 as in hyperopt, and never a failed one. */
function split(
  dimensions: readonly Dimension[],
  observations: readonly Observation[],
): { good: Density; bad: Density } {
  const sorted = observations.toSorted((a, b) => (a.loss === b.loss ? 0 : a.loss - b.loss));
  const scored = sorted.filter(({ loss }) => loss < Infinity).length;
  const size = Math.min(scored, 25, Math.ceil(observations.length / 4));
  const points = sorted.map((observation): Point => dimensions.map((dimension) => unitOf(dimension, observation)));
  const domains = dimensions.map(({ domain }) => domain);
  return { good: parzen(domains, points.slice(0, size)), bad: parzen(domains, points.slice(size)) };
}

/** Which dimensions move: one, and each further one with probability ½. */
function moveMask(dimensions: number, random: Random): ReadonlySet<number> {
  let count = 1;
  while (count < dimensions && random.next() < 0.5) count++;
  return new Set(random.shuffle(Array.from({ length: dimensions }, (_, d) => d)).slice(0, count));
}
