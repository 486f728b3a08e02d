/**
 * What the operators do to literals, in units. A literal can be stepped by its reach (lines.ts), a quarter of it or far, drawn anew, brought to where
 * the best five stand or to the bottom of a parabola, or drawn from the good region of a Parzen estimator. The whole moves many at once.
 */
import type { Random } from "../../core/numerics/random.ts";
import { cellAt, type NumberDomain } from "../literals/domain.ts";
import { parzen, type Point } from "../literals/parzen.ts";
import { quadraticMinimum } from "./quadratic-model.ts";
import { bestOf, type BoardHistory, OPERATORS, type PastTrial, type Place, type Site } from "./board.ts";

/** New places by key. */
export type Move = ReadonlyMap<string, number>;

/** At a literal. */
export const AT_LITERAL = {
  down: 0,
  up: 1,
  quarterDown: 2,
  quarterUp: 3,
  farDown: 4,
  farUp: 5,
  redraw: 6,
  toBest: 7,
  parzen: 8,
  vertex: 9,
} as const;

/** Of a far step, in units. */
const FAR = 0.3;

/** At the whole. */
export const AT_WHOLE = {
  model: 0,
  noise: 1,
  again: 2,
  toBest: 3,
  parzen: 4,
  redrawTwo: 5,
  difference: 6,
  fewNoise: 7,
  twoSteps: 8,
  reaches: 9,
} as const;

/** Kept trials that a repeated way may go back. */
const LOOKBACK = 8;
/** Trials before their good region means anything. */
const ENOUGH = 5;
/** Points drawn from the good density, of which the best ratio wins, as in tpe.ts. */
const DRAWS = 8;

/** Which operators a literal has now. */
export function literalOperators(
  { key, domain, unit }: Place,
  { past, lines }: Pick<BoardHistory, "past" | "lines">,
): readonly boolean[] {
  const isKnown = past.length >= ENOUGH;
  const { redraw, parzen: good } = AT_LITERAL;
  if (domain.kind === "choice")
    return Array.from({ length: OPERATORS }, (_, operator) => operator === redraw || (operator === good && isKnown));
  const canStep = [unit > 1e-6, unit < 1 - 1e-6];
  return [...canStep, ...canStep, ...canStep, true, isKnown, isKnown, lines.get(key)?.vertex !== undefined];
}

/** Which operators the whole has now. */
export function wholeOperators({ places, past }: Pick<BoardHistory, "places" | "past">): readonly boolean[] {
  const possible = Array.from({ length: OPERATORS }, () => places.length > 1);
  const isKnown = places.length > 1 && past.length >= ENOUGH;
  possible[AT_WHOLE.again] = places.length > 1 && championsOf(past).length > 1;
  for (const operator of [AT_WHOLE.model, AT_WHOLE.toBest, AT_WHOLE.parzen, AT_WHOLE.difference])
    possible[operator] = isKnown;
  return possible;
}

/** An operator at a literal or the whole. May come out where it began; the caller looks whether the program changes. */
export function moveAt(site: Site, operator: number, { board, random }: { board: BoardHistory; random: Random }): Move {
  if (site.place === undefined) return moveWhole(operator, board, random);
  return new Map([[site.key, moveLiteral(site.place, operator, { board, random })]]);
}

function moveLiteral(
  place: Place,
  operator: number,
  { board, random }: { readonly board: BoardHistory; readonly random: Random },
): number {
  const { redraw, toBest, parzen: good, vertex, farDown, quarterDown } = AT_LITERAL;
  if (operator === redraw) return redrawn(place, random);
  if (operator === toBest) return clipped(place, meanOf(place, bestOf(board.past, 5)) + 0.02 * random.normal());
  if (operator === good) return fromGoodRegion([place], board.past, random)[0] as number;
  const line = board.lines.get(place.key);
  if (operator === vertex) return clipped(place, place.unit + (line?.vertex?.by ?? 0));
  const reach = operator >= farDown ? FAR : (line?.reach ?? FAR) * (operator >= quarterDown ? 0.25 : 1);
  const size = reach * Math.exp((operator >= farDown ? 0.4 : 0.1) * random.normal());
  return stepped(place, operator % 2 === 0 ? -size : size);
}

function moveWhole(operator: number, board: BoardHistory, random: Random): Move {
  const { places, past } = board;
  const numbers = places.filter(({ domain }) => domain.kind === "number");
  const shift = (some: readonly Place[], by: (place: Place) => number): Move =>
    new Map(some.map((place) => [place.key, clipped(place, place.unit + by(place))]));
  if (operator === AT_WHOLE.model) return toModel(numbers, board, random);
  if (operator === AT_WHOLE.noise) return shift(numbers, () => 0.07 * random.normal());
  if (operator === AT_WHOLE.reaches) {
    return shift(numbers, ({ key }) => 0.7 * (board.lines.get(key)?.reach ?? 0) * random.normal());
  }
  if (operator === AT_WHOLE.fewNoise) return shift(someOf(numbers, random), () => 0.1 * random.normal());
  if (operator === AT_WHOLE.twoSteps)
    return shift(
      random.shuffle(numbers).slice(0, 2),
      () => 0.05 * Math.exp(0.4 * random.normal()) * (random.next() < 0.5 ? -1 : 1),
    );
  if (operator === AT_WHOLE.redrawTwo)
    return new Map(
      random
        .shuffle(places)
        .slice(0, 2)
        .map((place) => [place.key, redrawn(place, random)]),
    );
  if (operator === AT_WHOLE.again) {
    const before = random.pick(championsOf(past).slice(-1 - LOOKBACK, -1));
    const factor = Math.exp(0.5 * random.normal());
    return shift(numbers, ({ key, unit }) => factor * (unit - (before.units.get(key) ?? unit)));
  }
  if (operator === AT_WHOLE.toBest) {
    const best = bestOf(past, 5);
    const share = random.next();
    return shift(numbers, (place) => share * (meanOf(place, best) - place.unit) + 0.01 * random.normal());
  }
  if (operator === AT_WHOLE.difference) {
    const [a, b] = random.shuffle(bestOf(past, 12));
    const factor = 0.3 + 0.7 * random.next();
    return shift(numbers, ({ key, unit }) => factor * ((a?.units.get(key) ?? unit) - (b?.units.get(key) ?? unit)));
  }
  const moved = someOf(places, random);
  const units = fromGoodRegion(moved, past, random);
  return new Map(moved.map(({ key }, i) => [key, units[i] as number]));
}

/** The baseline and every trial that was kept. */
const championsOf = (past: readonly PastTrial[]): readonly PastTrial[] =>
  past.filter(({ isKept }, i) => i === 0 || isKept);

/** To the minimum of a quadratic through the best trials, within one to three times the median reach. */
function toModel(numbers: readonly Place[], { past, lines }: BoardHistory, random: Random): Move {
  const scored = past.flatMap(({ units, loss }) => {
    const at = numbers.map(({ key }) => units.get(key));
    return loss < Infinity && at.every((unit) => unit !== undefined) ? [{ at, loss }] : [];
  });
  const reaches = numbers.map(({ key }) => lines.get(key)?.reach ?? FAR).toSorted((a, b) => a - b);
  const radius = Math.min(FAR, (reaches[reaches.length >> 1] ?? FAR) * 3 ** random.next());
  const units = quadraticMinimum(
    scored,
    numbers.map(({ unit }) => unit),
    { radius },
  );
  return new Map(numbers.map((place, i) => [place.key, clipped(place, units?.[i] ?? place.unit)]));
}

/** One, and each further one with probability ½. */
function someOf(places: readonly Place[], random: Random): readonly Place[] {
  let count = 1;
  while (count < places.length && random.next() < 0.5) count++;
  return random.shuffle(places).slice(0, count);
}

function redrawn({ domain, unit }: Place, random: Random): number {
  if (domain.kind === "number") return random.next();
  const others = domain.options.map((_, i) => i).filter((i) => i !== unit);
  return others.length === 0 ? unit : random.pick(others);
}

/** At least one whole step, so that a small one is not lost in rounding. */
function stepped({ domain, unit }: Place, by: number): number {
  const cell = cellAt(domain as NumberDomain, unit);
  return Math.min(1, Math.max(0, unit + Math.sign(by) * Math.max(Math.abs(by), cell)));
}

const clipped = ({ domain, unit }: Place, moved: number): number =>
  domain.kind === "choice" ? unit : Math.min(1, Math.max(0, moved));

function meanOf({ key, unit }: Place, trials: readonly PastTrial[]): number {
  const units = trials.flatMap((trial) => trial.units.get(key) ?? []);
  return units.length === 0 ? unit : units.reduce((sum, one) => sum + one, 0) / units.length;
}

/** The best l/g of a few draws from the density of the best quarter (Bergstra et al. 2011, §4). */
function fromGoodRegion(places: readonly Place[], past: readonly PastTrial[], random: Random): readonly number[] {
  const domains = places.map(({ domain }) => domain);
  const sorted = past.toSorted((a, b) => (a.loss === b.loss ? 0 : a.loss - b.loss));
  const scored = sorted.filter(({ loss }) => loss < Infinity).length;
  const size = Math.min(scored, 25, Math.ceil(past.length / 4));
  const points = sorted.map(({ units }): Point => places.map(({ key }) => units.get(key)));
  const [good, bad] = [parzen(domains, points.slice(0, size)), parzen(domains, points.slice(size))];
  const ratio = (point: Point) => good.logDensity(point) - bad.logDensity(point);
  const draws = Array.from({ length: DRAWS }, () => good.sample(random)).map((point) => ({
    point,
    worth: ratio(point),
  }));
  return draws.reduce((a, b) => (b.worth > a.worth ? b : a)).point;
}
