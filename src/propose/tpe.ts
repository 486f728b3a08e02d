/**
 * Tree-structured Parzen estimator over literals (Bergstra, Bardenet, Bengio, Kégl: Algorithms for Hyper-Parameter
 * Optimization, 2011, §4). The trials are split into good and bad; the next values maximise l(x)/g(x), the ratio of
 * their densities. Every trial of the run counts, whoever proposed it; a failed one is among the bad.
 */
import type { Random } from "../core/random.ts";
import { fromUnit, toUnit } from "./domain.ts";
import { ATTEMPTS, knownCandidates, proposeLiterals } from "./literal-proposal.ts";
import { type Dimension, literalSpace, observe, type Observation, unitOf } from "./literal-space.ts";
import { type Density, parzen, type Point } from "./parzen.ts";
import { drawOther } from "./random.ts";
import type { Proposer } from "./types.ts";

export interface TpeOptions {
  /** Trials with a program before the densities are trusted; until then values are drawn at random. */
  readonly startup?: number;
  /** Points drawn from l(x), of which the best ratio wins. */
  readonly candidates?: number;
}

/** A proposer that moves a few literals of the champion to where the good trials are and the bad ones are not. */
export const tpe = ({ startup = 8, candidates = 8 }: TpeOptions = {}): Proposer => ({
  name: "tpe",
  async propose(context) {
    const dimensions = await literalSpace(context);
    if (dimensions.length === 0) return null;
    const observations = await observe(context);
    const present = dimensions.map(({ site, domain }) => toUnit(domain, site.value));
    const draws =
      observations.length < startup
        ? startupDraws(dimensions, present, context.random)
        : rankedDraws({ dimensions, present, observations, candidates, random: context.random });
    const known = knownCandidates(context);
    for (const draw of draws) {
      const moves = dimensions.flatMap((dimension, d) =>
        draw[d] === present[d] ? [] : [[dimension.site.key, fromUnit(dimension.domain, draw[d] as number)] as const],
      );
      const proposal = proposeLiterals(context, { dimensions, assignment: new Map(moves), known });
      if (proposal !== null) return proposal;
    }
    return null;
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
  readonly candidates: number;
  readonly random: Random;
}

/** Points that take some dimensions from the good density and the rest from the champion, best ratio first. */
function rankedDraws({ dimensions, present, observations, candidates, random }: Search): number[][] {
  const { good, bad } = split(dimensions, observations);
  const points = Array.from({ length: candidates }, () => {
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
