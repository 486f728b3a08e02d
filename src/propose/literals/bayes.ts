/**
 * Bayesian optimisation of literals: a Gaussian process of what every trial of the run scored, and a step from the champion by
 * which the process expects to gain most (expected improvement; Jones, Schonlau, Welch 1998). Several literals move at once, and
 * a lucky score is not taken at its word: what has to be beaten is what the process believes of the champion.
 */
import type { Random } from "../../core/numerics/random.ts";
import { toUnit } from "./domain.ts";
import { gaussianProcess, type GaussianProcess } from "./gaussian-process.ts";
import { ATTEMPTS, proposePoint } from "./literal-proposal.ts";
import { type Dimension, literalSpace, observe, type Observation, observePending, unitOf } from "./literal-space.ts";
import { normalCdf, type Point } from "./parzen.ts";
import type { Proposer } from "../types.ts";

/** Observations in the process; its cost grows with their cube. */
const MOST = 80;
/** Trials with a program before the process is asked: of one or two points it believes that the farthest promise most. */
const STARTUP = 5;
/** Steps from the champion that are looked at, and how often the best of them are varied. */
const STEPS = 128;
const ELITE = 12;
const ROUNDS = 3;

/** A proposer that moves the champion's literals to where a model of all trials expects the most. */
export const bayes = (): Proposer => ({
  name: "bayes",
  async propose(context) {
    const dimensions = await literalSpace(context);
    if (dimensions.length === 0) return null;
    const present = dimensions.map(({ site, domain }) => toUnit(domain, site.value));
    const { random } = context;
    const observations = await observe(context);
    const pending = await observePending(context);
    const ranked =
      observations.length < STARTUP
        ? []
        : bestSteps({ dimensions, present, model: modelOf(dimensions, { observations, pending }), random });
    const atRandom = Array.from({ length: ATTEMPTS }, () => stepped(dimensions, present, random));
    return proposePoint(context, { dimensions, present, points: [...ranked, ...atRandom] });
  },
});

interface Seen {
  readonly observations: readonly Observation[];
  readonly pending: readonly Observation[];
}

/** The best and the latest trials; those that run now count as what the process expects of them ("kriging believer", Ginsbourger et al. 2010). */
function modelOf(dimensions: readonly Dimension[], { observations, pending }: Seen): GaussianProcess {
  const recent = observations.slice(-MOST / 2);
  const ranked = observations.toSorted((a, b) => (a.loss === b.loss ? 0 : a.loss - b.loss));
  const chosen = [...new Set([...recent, ...ranked.slice(0, MOST / 2)])];
  const domains = dimensions.map(({ domain }) => domain);
  const pointOf = (one: Observation): Point => dimensions.map((dimension) => unitOf(dimension, one));
  const points = chosen.map(pointOf);
  const values = warped(chosen.map(({ loss }) => loss));
  return gaussianProcess({ domains, points, values }).believing(pending.map(pointOf));
}

/**
 * Losses on a scale that looks closely at the good ones: the logarithm of the distance to the best, in that of the median, from a
 * tenth up. A failed trial is as bad as the middle of those that did not: bad enough to stay away from where all fail, not so bad
 * that failures which have nothing to do with the literals drown what the scores say.
 */
function warped(losses: readonly number[]): number[] {
  const scored = losses.filter((loss) => loss < Infinity).sort((a, b) => a - b);
  const [best = 0, middle = 0] = [scored[0], scored[Math.floor(scored.length / 2)]];
  const worst = scored.at(-1) ?? 0;
  const unit = middle - best || worst - best || 1;
  return losses.map((loss) => Math.log(0.1 + ((loss < Infinity ? loss : middle) - best) / unit));
}

interface Search {
  readonly dimensions: readonly Dimension[];
  readonly present: readonly number[];
  readonly model: GaussianProcess;
  readonly random: Random;
}

/** Points by their expected improvement, best first: random steps, the best of them varied a few times over. */
function bestSteps({ dimensions, present, model, random }: Search): (readonly number[])[] {
  const goal = model.predict(present).mean;
  const gainOf = (point: readonly number[]) => expectedImprovement(model, point, goal);
  const rank = (scored: readonly Scored[]) => scored.toSorted((a, b) => b.gain - a.gain);
  const scoredOf = (point: number[]): Scored => ({ point, gain: gainOf(point) });
  let scored = rank(Array.from({ length: STEPS }, () => scoredOf(stepped(dimensions, present, random))));
  for (let round = 0; round < ROUNDS; round++) {
    const elite = scored.slice(0, ELITE);
    const varied = elite.flatMap(({ point }) =>
      [0, 1, 2, 3].map(() => scoredOf(varyOf({ dimensions, present, point, random }))),
    );
    scored = rank([...elite, ...varied]);
  }
  return scored.map(({ point }) => point);
}

interface Scored {
  readonly point: readonly number[];
  readonly gain: number;
}

/** How far a point is expected to be below `goal`, what is above it counting as nothing. */
function expectedImprovement(model: GaussianProcess, point: Point, goal: number): number {
  const { mean, deviation } = model.predict(point);
  const z = (goal - mean) / deviation;
  return deviation * (z * normalCdf(z) + Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI));
}

/** The champion with one literal moved, and each further one with probability ½ or, as often, ⅞. */
function stepped(dimensions: readonly Dimension[], present: readonly number[], random: Random): number[] {
  const further = random.next() < 0.5 ? 0.5 : 0.875;
  let count = 1;
  while (count < dimensions.length && random.next() < further) count++;
  const point = [...present];
  const order = random.shuffle(dimensions.map((_, d) => d));
  for (const d of order.slice(0, count)) point[d] = movedFrom(dimensions[d] as Dimension, point[d] as number, random);
  return point;
}

/** A point with one literal moved again, or put back. */
function varyOf({
  dimensions,
  present,
  point,
  random,
}: Omit<Search, "model"> & { readonly point: readonly number[] }): number[] {
  const out = [...point];
  const changed = out.flatMap((value, d) => (value === present[d] ? [] : [d]));
  if (changed.length > 1 && random.next() < 0.25) {
    const back = random.pick(changed);
    out[back] = present[back] as number;
    return out;
  }
  const d = random.integer(dimensions.length);
  out[d] = movedFrom(dimensions[d] as Dimension, out[d] as number, random);
  return out;
}

/** Near, not so near, or anywhere. */
function movedFrom({ domain }: Dimension, value: number, random: Random): number {
  if (domain.kind === "choice") {
    const others = domain.options.length - 1;
    const next = random.integer(Math.max(1, others));
    return next >= value ? Math.min(next + 1, others) : next;
  }
  const reach = random.pick([0.05, 0.12, 0.3, 0]);
  return reach === 0 ? random.next() : Math.min(1, Math.max(0, value + reach * random.normal()));
}
