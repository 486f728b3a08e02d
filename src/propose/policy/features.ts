/**
 * A board as numbers that mean the same in every program: per site what it is, what came of touching it within the last 32 trials, what its
 * line promises, where the best five stand, and how the run goes. Nothing here knows a program's units: losses count by the size of recent
 * changes, and promises by the largest.
 */
import type { Observation } from "../../policy/network.ts";
import {
  bestOf,
  type Board,
  LONG,
  OPERATORS,
  type PastTrial,
  type Place,
  rewritesAmong,
  ruleKeyOf,
  type Site,
  SITES,
  stagnationOf,
  touchesOf,
  WINDOW,
} from "./board.ts";
import { largestGain } from "./lines.ts";
import { hashNames, NAME_WIDTH } from "./name-hash.ts";

/** What is left out, to measure what it is worth. */
export interface Blinders {
  /** Names of literals, functions and rules. */
  readonly names?: boolean;
  /** What was tried. */
  readonly history?: boolean;
}

const KINDS: readonly Site["kind"][] = ["literal", "whole", "rewrite", "ask"];
const RUN = 18;
const PLACE = 9;
const TOUCHES = 11;
const BEST = 4;
const LINE = 16;
const TRIED = 3;
/** Numbers per site. */
export const FEATURES: number = KINDS.length + NAME_WIDTH + RUN + PLACE + TOUCHES + BEST + LINE + TRIED;

/** The network's view of a board. `banned` are actions (site · operators + operator) that were found to lead nowhere. */
export function observe(board: Board, banned: readonly number[] = [], blinders: Blinders = {}): Observation {
  const sites = new Float32Array(SITES * FEATURES);
  const present = new Float32Array(SITES);
  const mask = new Uint8Array(SITES * OPERATORS);
  const history = historyOf(board);
  const top = largestGain(board.lines);
  const run = blinders.history ? blank(RUN) : runFeatures(board, history);
  board.sites.forEach((site, i) => {
    const kind = KINDS.map((one) => (one === site.kind ? 1 : 0));
    const names = blinders.names ? blank(NAME_WIDTH) : [...hashNames(site.names)];
    const touches = blinders.history ? blank(TOUCHES) : touchFeatures(site, history);
    const best = blinders.history ? blank(BEST) : bestFeatures(site.place, history);
    const line = blinders.history
      ? blank(LINE + TRIED)
      : [...lineFeatures(site, board, top), ...triedFeatures(site, board)];
    sites.set([...kind, ...names, ...run, ...placeFeatures(site.place), ...touches, ...best, ...line], i * FEATURES);
    present[i] = 1;
    mask.set(site.isPossible.map(Number), i * OPERATORS);
  });
  for (const action of banned) mask[action] = 0;
  return { inputs: { sites, present }, mask };
}

const blank = (length: number): readonly number[] => Array.from({ length }, () => 0);

interface History {
  /** The last 32 trials, the newest last. */
  readonly recent: readonly (PastTrial & { readonly gain: number })[];
  readonly best: readonly PastTrial[];
  /** Up to 64 scored trials with their ranks, from −1 (best) to 1. */
  readonly ranked: readonly { readonly trial: PastTrial; readonly rank: number }[];
}

function historyOf({ past }: Board): History {
  const recent = past.slice(1).slice(-WINDOW);
  const changes = recent.map(({ loss, parentLoss }) => Math.abs(parentLoss - loss)).filter(Number.isFinite);
  const typical = 2 * (changes.toSorted((a, b) => a - b)[changes.length >> 1] ?? 0) || 1;
  const scored = past.slice(-64).filter(({ loss }) => loss < Infinity);
  const sorted = scored.toSorted((a, b) => a.loss - b.loss);
  return {
    recent: recent.map((trial) => ({
      ...trial,
      gain: trial.loss === Infinity ? -1 : clip((trial.parentLoss - trial.loss) / typical),
    })),
    best: bestOf(past, 5),
    ranked: sorted.map((trial, i) => ({ trial, rank: (2 * i) / Math.max(1, sorted.length - 1) - 1 })),
  };
}

function runFeatures(board: Board, { recent }: History): readonly number[] {
  const { trial, horizon, best, baseline, past, sites, lines, isNoisy } = board;
  const rewrites = rewritesAmong(past.slice(-LONG));
  const wholes = touchesOf(past.slice(-LONG), "whole");
  const isFresh = ({ kind, key }: Site) => kind === "rewrite" && touchesOf(past, key).length === 0;
  return [
    Math.log1p(trial) / 5,
    horizon === undefined ? 0 : Math.min(1, trial / horizon),
    horizon === undefined ? 0 : 1,
    Math.min(1, stagnationOf(past) / WINDOW),
    share(recent, ({ isKept }) => isKept),
    share(recent, ({ loss }) => loss === Infinity),
    Math.tanh((3 * (baseline - best)) / (Math.abs(baseline) || 1)),
    recent.at(-1)?.gain ?? 0,
    sites.length / SITES,
    isNoisy ? 1 : 0,
    rewrites.length / LONG,
    Math.min(1, rewrites.filter(({ isKept }) => isKept).length / 4),
    Math.min(1, sites.filter(isFresh).length / 4),
    relative(largestGain(lines), baseline - best),
    wholes.length / LONG,
    Math.min(1, wholes.filter(({ isKept }) => isKept).length / 8),
    Math.min(1, past.length / (4 * (lines.size + 1))),
    share([...lines.values()], ({ up, down }) => up === undefined || down === undefined),
  ];
}

function placeFeatures(place: Place | undefined): readonly number[] {
  if (place === undefined) return blank(PLACE);
  const { domain, unit } = place;
  if (domain.kind === "choice") return [0, 0, 0, 1, 0, 0, domain.options.length / 4, 0, 0];
  const scales = (["linear", "log", "complement"] as const).map((scale) => (scale === domain.scale ? 1 : 0));
  const range = domain.scale === "log" ? Math.log10(domain.high / domain.low) / 4 : domain.high - domain.low;
  const magnitude = Math.log10(Math.max(1e-9, domain.high)) / 5;
  return [...scales, 0, domain.step > 0 ? 1 : 0, clip(range), 0, magnitude, 2 * unit - 1];
}

function touchFeatures({ key }: Site, { recent }: History): readonly number[] {
  const own = recent.filter(({ touched }) => touched.has(key));
  const [up, down] = [1, -1].map((sign) => own.filter(({ touched }) => sign * (touched.get(key) as number) > 0));
  const age = recent.length - 1 - recent.findLastIndex(({ touched }) => touched.has(key));
  const alone = own.filter(({ touched }) => touched.size === 1);
  return [
    Math.min(1, own.length / 8),
    share(own, ({ isKept }) => isKept),
    share(own, ({ loss }) => loss === Infinity),
    meanGain(own),
    own.at(-1)?.gain ?? 0,
    own.length === 0 ? 0 : Math.exp(-age / 8),
    Math.min(1, (up?.length ?? 0) / 4),
    meanGain(up ?? []),
    Math.min(1, (down?.length ?? 0) / 4),
    meanGain(down ?? []),
    Math.min(1, alone.length / 4),
  ];
}

/** What a number's line says (lines.ts), its promises by the largest. */
function lineFeatures({ key }: Site, { lines }: Board, top: number): readonly number[] {
  const line = lines.get(key);
  if (line === undefined) return blank(LINE);
  const { up, down, vertex } = line;
  const promise = (gain: number | undefined): readonly number[] =>
    gain === undefined ? [1, 0, 0] : [0, relative(gain, top), top > 0 ? gain / top : 0];
  const by = vertex === undefined ? 0 : vertex.by;
  return [
    1 + Math.log10(line.reach) / 3,
    line.isUpTried ? 1 : 0,
    line.isDownTried ? 1 : 0,
    line.going,
    Math.min(1, line.trials / 8),
    ...promise(up),
    ...promise(down),
    vertex === undefined ? 0 : 1,
    ...promise(vertex?.gain ?? 0).slice(1),
    clip(4 * by),
    by === 0 ? 0 : 1 + Math.log10(Math.abs(by)) / 3,
  ];
}

/** How often in all this very thing was tried, or other rewrites of its rule, and whether these paid; of a choice, by its options. */
function triedFeatures({ key, kind, place }: Site, { past }: Board): readonly number[] {
  const own = touchesOf(past, key).length;
  if (place?.domain.kind === "choice") return [Math.min(1, own / Math.max(1, place.domain.options.length - 1)), 0, 0];
  if (kind !== "rewrite") return blank(TRIED);
  const rule = touchesOf(past, ruleKeyOf(key));
  return [Math.min(1, own / 3), Math.min(1, rule.length / 8), share(rule, ({ isKept }) => isKept)];
}

/** Where the best five stand from here, how far apart, how the rank of a trial goes with this literal, and how much was seen of it. */
function bestFeatures(place: Place | undefined, { best, ranked }: History): readonly number[] {
  if (place === undefined || place.domain.kind === "choice") return blank(BEST);
  const units = best.flatMap((trial) => trial.units.get(place.key) ?? []);
  if (units.length === 0) return blank(BEST);
  const mean = units.reduce((sum, one) => sum + one, 0) / units.length;
  const spread = Math.sqrt(units.reduce((sum, one) => sum + (one - mean) ** 2, 0) / units.length);
  const pairs = ranked.flatMap(({ trial, rank }) => {
    const unit = trial.units.get(place.key);
    return unit === undefined ? [] : [[unit, rank] as const];
  });
  return [4 * (mean - place.unit), 4 * spread, correlation(pairs), Math.min(1, pairs.length / 64)];
}

function correlation(pairs: readonly (readonly [number, number])[]): number {
  const mean = (of: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[of], 0) / pairs.length;
  const [x, y] = [mean(0), mean(1)];
  let [xy, xx, yy] = [0, 0, 0];
  for (const [a, b] of pairs) {
    xy += (a - x) * (b - y);
    xx += (a - x) ** 2;
    yy += (b - y) ** 2;
  }
  return xx < 1e-12 || yy < 1e-12 ? 0 : xy / Math.sqrt(xx * yy);
}

const meanGain = (trials: readonly { readonly gain: number }[]): number =>
  trials.length === 0 ? 0 : trials.reduce((sum, { gain }) => sum + gain, 0) / trials.length;

const share = <T>(items: readonly T[], test: (item: T) => boolean): number =>
  items.length === 0 ? 0 : items.filter(test).length / items.length;

/** By decades: 1 for as much as `most`, 0 for a ten-thousandth or less. */
const relative = (gain: number, most: number): number =>
  gain > 0 && most > 0 ? clip(Math.max(0, 1 + Math.log10(gain / most) / 4)) : 0;

const clip = (x: number): number => Math.min(1, Math.max(-1, x));
