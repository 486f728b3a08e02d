/**
 * What trials of one literal alone say about where to go next: a step size that grows with success and shrinks where neither direction helps
 * (pattern search; Hooke & Jeeves 1961), and the parabola through the champion and its neighbours (successive parabolic interpolation; Brent
 * 1973, ch. 5). Literals are taken to add up: a difference that was seen before another literal moved still counts.
 */
import { cellAt, type Domain, fromUnit, type NumberDomain, toUnit } from "../literals/domain.ts";
import type { Line, PastTrial, Place } from "./board.ts";

const FIRST_REACH = 0.2;
const LARGEST_REACH = 0.5;
const SMALLEST_REACH = 0.002;
/** Where scores are noisy, smaller steps only measure the noise. */
const SMALLEST_NOISY_REACH = 0.03;
const GROWTH = 1.6;
const SHRINKAGE = 3;
/** Points nearer than this are one. */
const NEAR = 1e-5;
/** How many times farther than what was seen a parabola is believed. */
const TRUST = 2;

interface Point {
  readonly unit: number;
  readonly value: number;
}

interface Track {
  reach: number;
  trials: number;
  readonly tried: Set<number>;
  /** Where the literal stood last, and what the loss is there on this line's own scale. */
  unit: number;
  value: number;
  points: Point[];
  /** The nearest places at which the program fails. */
  walls: { low: number; high: number };
}

const fresh = (unit: number): Track => ({
  reach: FIRST_REACH,
  trials: 0,
  tried: new Set(),
  unit,
  value: 0,
  points: [{ unit, value: 0 }],
  walls: { low: -Infinity, high: Infinity },
});

interface Seen {
  readonly places: readonly Place[];
  readonly past: readonly PastTrial[];
  readonly isNoisy: boolean;
}

/** A line for every number among the literals. */
export function linesOf({ places, past, isNoisy }: Seen): ReadonlyMap<string, Line> {
  const smallest = isNoisy ? SMALLEST_NOISY_REACH : SMALLEST_REACH;
  const numbers = new Map(places.filter(({ domain }) => domain.kind === "number").map((place) => [place.key, place]));
  const tracks = new Map<string, Track>();
  for (const trial of past.slice(1)) {
    const keys = [...trial.touched.keys()];
    const isAlone = keys.length === 1;
    for (const key of keys) {
      if (!numbers.has(key)) continue;
      const to = trial.units.get(key) ?? 0;
      const from = to - (trial.touched.get(key) as number);
      const track = tracks.get(key) ?? fresh(from);
      tracks.set(key, track);
      if (isAlone) follow(track, trial, { from, to, smallest });
      else if (trial.isKept) Object.assign(track, { ...fresh(to), reach: track.reach, trials: track.trials });
    }
  }
  const newest = past.at(-1);
  return new Map([...numbers].map(([key, place]) => [key, lineAt(place, tracks.get(key), newest)]));
}

/** The largest decrease that any literal promises; 0 where none does. */
export const largestGain = (lines: ReadonlyMap<string, Line>): number =>
  Math.max(0, ...[...lines.values()].flatMap(({ up, down, vertex }) => [up ?? 0, down ?? 0, vertex?.gain ?? 0]));

interface Step {
  readonly from: number;
  readonly to: number;
  readonly smallest: number;
}

/** Takes in one trial of this literal alone. */
function follow(track: Track, { loss, parentLoss, isKept }: PastTrial, { from, to, smallest }: Step): void {
  const [size, sign] = [Math.abs(to - from), Math.sign(to - from)];
  track.trials++;
  if (Math.abs(from - track.unit) > NEAR)
    Object.assign(track, { ...fresh(from), reach: track.reach, trials: track.trials });
  const value = track.value + loss - parentLoss;
  if (loss === Infinity) track.walls = sign > 0 ? { ...track.walls, high: to } : { ...track.walls, low: to };
  else track.points = [...track.points.filter(({ unit }) => Math.abs(unit - to) > NEAR), { unit: to, value }];
  if (isKept) {
    Object.assign(track, { unit: to, value, reach: Math.min(LARGEST_REACH, Math.max(smallest, size * GROWTH)) });
    track.tried.clear();
    return;
  }
  if (size > 2 * track.reach) return;
  track.tried.add(sign);
  if (track.tried.size < 2) return;
  track.reach = Math.max(smallest, Math.min(size, track.reach) / SHRINKAGE);
  track.tried.clear();
}

function lineAt({ key, unit, domain }: Place, known: Track | undefined, newest: PastTrial | undefined): Line {
  const track =
    known !== undefined && Math.abs(known.unit - unit) < NEAR ? known : { ...fresh(unit), ...reachOf(known) };
  const moved = newest?.isKept === true && newest.touched.size === 1 ? (newest.touched.get(key) ?? 0) : 0;
  const shape = parabolaAt(track);
  const cell = cellAt(domain as NumberDomain, unit);
  const size = Math.max(track.reach, cell);
  const gainOf = (by: number): number | undefined => {
    const to = settled(domain, unit + by);
    if (isSeen(track, to) || isBeyond(track, to)) return 0;
    return shape && Math.max(0, -(shape.bend * by ** 2 + shape.slope * by));
  };
  return {
    reach: track.reach,
    trials: track.trials,
    isUpTried: track.tried.has(1),
    isDownTried: track.tried.has(-1),
    up: gainOf(size),
    down: gainOf(-size),
    vertex: vertexOf(track, shape, domain),
    going: Math.sign(moved) as Line["going"],
  };
}

const reachOf = (track: Track | undefined) => track && { reach: track.reach, trials: track.trials };

const isBeyond = ({ walls }: Track, unit: number): boolean => unit >= walls.high || unit <= walls.low;

interface Parabola {
  /** f(unit + x) − f(unit) = bend·x² + slope·x */
  readonly bend: number;
  readonly slope: number;
  /** Of the points that it goes through. */
  readonly width: number;
  readonly isBracketed: boolean;
}

/** Through the champion and its nearest points, one on each side where there are; a line through two; undefined for one alone. */
function parabolaAt({ points, unit, value }: Track): Parabola | undefined {
  const others = points
    .filter((point) => Math.abs(point.unit - unit) > NEAR)
    .map((point) => ({ x: point.unit - unit, y: point.value - value }))
    .toSorted((a, b) => Math.abs(a.x) - Math.abs(b.x));
  const [near] = others;
  if (near === undefined) return undefined;
  const across = others.find(({ x }) => x * near.x < 0);
  const far = across ?? others.find(({ x }) => Math.abs(x - near.x) > NEAR);
  if (far === undefined) return { bend: 0, slope: near.y / near.x, width: Math.abs(near.x), isBracketed: false };
  const bend = (near.y / near.x - far.y / far.x) / (near.x - far.x);
  const lower = near.y <= far.y ? near : far;
  return {
    bend: Math.max(0, bend),
    slope: bend > 0 ? near.y / near.x - bend * near.x : lower.y / lower.x,
    width: Math.max(Math.abs(near.x), Math.abs(far.x)),
    isBracketed: across !== undefined,
  };
}

function vertexOf(track: Track, shape: Parabola | undefined, domain: Domain): Line["vertex"] {
  if (shape === undefined || shape.bend <= 0) return undefined;
  const limit = shape.isBracketed ? shape.width : TRUST * shape.width;
  const wanted = Math.min(limit, Math.max(-limit, -shape.slope / (2 * shape.bend)));
  const unit = settled(domain, track.unit + wanted);
  const by = unit - track.unit;
  if (isSeen(track, unit) || isBeyond(track, unit)) return undefined;
  return { by, gain: Math.max(0, -(shape.bend * by ** 2 + shape.slope * by)) };
}

/** Where a place comes to lie when it is written into a program: rounded to steps and digits. */
const settled = (domain: Domain, unit: number): number =>
  toUnit(domain, fromUnit(domain, Math.min(1, Math.max(0, unit))));

const isSeen = ({ points }: Track, unit: number): boolean => points.some((point) => Math.abs(point.unit - unit) < NEAR);
