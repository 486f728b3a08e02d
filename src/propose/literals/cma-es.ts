/**
 * CMA-ES over numeric literals (Hansen, arXiv 1604.00772; whole numbers keep a least variance as in CMA-ES with Margin,
 * Hamano et al. 2022). Its state is in its own trials' notes: the first trial of a generation carries the distribution that
 * all of the generation are drawn from, so the next distribution follows from the history alone.
 */
import { fieldsOf, type Json, type JsonObject } from "../../core/json.ts";
import type { Random } from "../../core/numerics/random.ts";
import type { TrialRecord } from "../../core/trial.ts";
import { constantsOf, defaultPopulation, type Distribution, roundDistribution, shaper, updated } from "./covariance.ts";
import { cellAt, fromUnit, type NumberDomain, toUnit } from "./domain.ts";
import { ATTEMPTS, knownCandidates, proposeLiterals } from "./literal-proposal.ts";
import { type Dimension, literalSpace, lossOf } from "./literal-space.ts";
import type { Proposer, ProposerContext } from "../types.ts";

/** What the first trial of a generation notes. */
interface Generation {
  /** Counts up, over restarts too. */
  readonly id: number;
  readonly population: number;
  readonly distribution: Distribution;
  /** The literals that the distribution's dimensions stand for; fixed until a restart. */
  readonly axes: readonly { readonly key: string; readonly domain: NumberDomain }[];
}

const NAME = "cma-es";
/** σ₀, in units of a domain's width. */
const FIRST_STEP = 0.15;
/** Where no axis of the distribution is longer than this share of its domain, the search starts over with twice the population. */
const CONVERGED = 2e-3;
/** Literals at most: how they all depend on each other is noted in full (1 MB for so many), and takes the cube of their number to work out. */
const MOST_AXES = 200;
/** Draws of a point inside the bounds before it is clipped to them. */
const REDRAWS = 10;

/** A proposer that moves all numeric literals of the champion at once, by a Gaussian whose shape it learns. */
export const cmaEs = (): Proposer => ({
  name: NAME,
  async propose(context) {
    const dimensions = await literalSpace(context);
    const numbers = dimensions.filter(({ domain }) => domain.kind === "number").length;
    if (numbers < 2 || numbers > MOST_AXES) return null;
    const { generation, isNew } = presentGeneration(context, dimensions);
    const draw = drawer(generation);
    const known = knownCandidates(context);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const { step, units } = draw(context.random);
      const assignment = new Map(
        generation.axes.map(({ key, domain }, d) => [key, fromUnit(domain, units[d] as number)]),
      );
      const detail: JsonObject = {
        generation: generation.id,
        step,
        ...(isNew ? { state: generation as unknown as Json } : {}),
      };
      const proposal = proposeLiterals(context, { dimensions, assignment, known, detail });
      if (proposal !== null) return proposal;
    }
    return null;
  },
});

interface Present {
  readonly generation: Generation;
  /** Whether no trial has noted it yet. */
  readonly isNew: boolean;
}

/** The generation to draw from: the last one noted until λ of its trials are done, then the one that follows from them. */
function presentGeneration(context: ProposerContext, dimensions: readonly Dimension[]): Present {
  const own = [...context.history, ...context.pending]
    .filter(({ proposer }) => proposer === NAME)
    .toSorted((a, b) => a.trial - b.trial);
  const noted = own.findLast((record) => noteOf(record).state !== undefined);
  if (noted === undefined) return { generation: freshGeneration(dimensions, 0), isNew: true };
  const last = noteOf(noted).state as unknown as Generation;
  const keys = new Set(dimensions.map(({ site }) => site.key));
  if (!last.axes.every(({ key }) => keys.has(key)))
    return { generation: freshGeneration(dimensions, last.id + 1), isNew: true };
  // Where the history no longer holds the notes of an earlier one, its number is given again.
  const isOfIt = (record: TrialRecord) => noteOf(record).generation === last.id && record.trial >= noted.trial;
  const finished = own.filter((record) => isOfIt(record) && isFinished(record));
  if (finished.length < last.population) return { generation: last, isNew: false };
  const next = nextGeneration(context, last, finished);
  const isConverged = Math.max(...spreadOf(next.distribution)) < CONVERGED;
  return { generation: isConverged ? freshGeneration(dimensions, next.id, 2 * last.population) : next, isNew: true };
}

const noteOf = ({ detail }: TrialRecord): JsonObject => fieldsOf(detail);

const isFinished = ({ outcome }: TrialRecord): boolean => outcome !== null && outcome.status !== "interrupted";

/** A round distribution about the champion. */
function freshGeneration(dimensions: readonly Dimension[], id: number, population?: number): Generation {
  const numeric = dimensions.flatMap(({ site, domain }) => (domain.kind === "number" ? [{ site, domain }] : []));
  const mean = numeric.map(({ site, domain }) => toUnit(domain, site.value));
  return {
    id,
    population: population ?? defaultPopulation(Math.max(1, numeric.length)),
    distribution: roundDistribution(mean, FIRST_STEP),
    axes: numeric.map(({ site, domain }) => ({ key: site.key, domain })),
  };
}

/** Failed trials rank last; a generation in which all failed was drawn too broadly. */
function nextGeneration(context: ProposerContext, last: Generation, finished: readonly TrialRecord[]): Generation {
  const { distribution, axes } = last;
  const ranked = finished
    .map((record) => ({
      loss: lossOf(context, record.outcome?.score ?? null),
      step: noteOf(record)["step"] as readonly number[],
    }))
    .toSorted((a, b) => (a.loss === b.loss ? 0 : a.loss - b.loss));
  const next =
    ranked[0]?.loss === Infinity
      ? { ...distribution, stepSize: distribution.stepSize / 2 }
      : updated(
          distribution,
          ranked.map(({ step }) => step),
          constantsOf(axes.length, last.population),
        );
  const inside = { ...next, mean: next.mean.map((m) => Math.min(1, Math.max(0, m))) };
  return { ...last, id: last.id + 1, distribution: inside };
}

/** Standard deviation along each dimension, in domain widths. */
const spreadOf = ({ covariance, stepSize }: Distribution): number[] =>
  covariance.map((row, d) => stepSize * Math.sqrt(row[d] as number));

/** Draws a step y ~ N(0, C) and where it leads; steps over the bounds are drawn again, at last clipped. */
function drawer({
  distribution,
  axes,
  population,
}: Generation): (random: Random) => { step: number[]; units: number[] } {
  const { mean, stepSize, covariance } = distribution;
  const shape = shaper(covariance);
  // Upper bound on the normal quantile at 1 − 1/(n·λ): a whole number leaves its cell about once per generation.
  const quantile = Math.sqrt(2 * Math.log(mean.length * population));
  const stretch = spreadOf(distribution).map((spread, d) =>
    Math.max(1, cellAt((axes[d] as Generation["axes"][number]).domain, mean[d] as number) / 2 / quantile / spread),
  );
  return (random) => {
    for (let attempt = 1; ; attempt++) {
      const step = shape(mean.map(() => random.normal()));
      const units = mean.map((m, d) => m + stepSize * (stretch[d] as number) * (step[d] as number));
      const isInside = units.every((unit) => unit >= 0 && unit <= 1);
      if (isInside || attempt > REDRAWS) return { step, units: units.map((unit) => Math.min(1, Math.max(0, unit))) };
    }
  };
}
