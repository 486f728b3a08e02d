/** One run on a gym task, as the policy would see it on a real program. */
import type { Random } from "../../../core/numerics/random.ts";
import { fromUnit, toUnit } from "../../literals/domain.ts";
import {
  type Board,
  type BoardHistory,
  OPERATORS,
  type PastTrial,
  type Place,
  rewriteKey,
  ruleKey,
  type Site,
  SITES,
} from "../board.ts";
import { linesOf } from "../lines.ts";
import { literalOperators, moveAt, wholeOperators } from "../moves.ts";
import type { GymRewrite, GymTask, Units } from "./gym-task.ts";

/** A proposed program: where its literals stand, and which rewrites it has. */
interface Candidate {
  readonly units: Units;
  readonly applied: ReadonlySet<number>;
}

export interface GymReward {
  /** ξ of autoresearch-rl §6.3; default 0.01. */
  readonly novelty?: number;
}

export interface Environment {
  board(): Board;
  /** What an action leads to, null for a program that was tried before. `sites` are those of `board`. */
  attempt(board: Board, action: number): Attempt | null;
  /** Runs it; the reward. */
  play(attempt: Attempt): number;
  /** Losses of the champion after every trial, the baseline first. */
  readonly losses: readonly number[];
}

export interface Attempt extends Candidate {
  readonly touched: ReadonlyMap<string, number>;
  readonly distance: number;
}

/** Penalty of a trial that fails, in decades. */
const FAILED = 0.02;
/** Share of the first gap below which nothing is paid any more. */
const SMALLEST_GAP = 1e-4;
/** Draws of one action before it counts as leading nowhere. */
const DRAWS = 3;
const SITES_OF_REWRITES = 7;
const REWRITE: readonly boolean[] = Array.from({ length: OPERATORS }, (_, operator) => operator === 0);

/**
 * The reward is in decades: log10 of the gap to the minimum before, minus log10 of the gap after, down to a ten-thousandth of the first gap; 0 for a
 * trial that does not improve. That is Δ of Alg. 1 on a scale on which late improvements count as much as early ones.
 */
export function createEnvironment(
  task: GymTask,
  { random, horizon, novelty = 0.01 }: { random: Random; horizon: number | undefined } & GymReward,
): Environment {
  let champion: Candidate = { units: new Map(task.places.map(({ key, unit }) => [key, unit])), applied: new Set() };
  const lossOf = ({ units, applied }: Candidate): number | null => task.loss(units, applied, random);
  const after = (i: number): Candidate => rewritten(champion, task.rewrites, i);
  const baseline = lossOf(champion) ?? Number.NaN;
  const past: PastTrial[] = [
    { units: champion.units, loss: baseline, parentLoss: baseline, isKept: true, touched: new Map() },
  ];
  const losses = [baseline];
  const tried = new Set([signature(champion)]);
  const best = () => losses.at(-1) as number;
  const decades = (loss: number) =>
    -Math.log10(Math.max(SMALLEST_GAP, (loss - task.minimum) / Math.max(1e-12, baseline - task.minimum)));
  return {
    losses,
    board(): Board {
      const places = task.places.map(({ key, domain }): Place => ({
        key,
        domain,
        unit: champion.units.get(key) as number,
      }));
      const lines = linesOf({ places, past, isNoisy: task.isNoisy });
      const sites = sitesOf(task, {
        places,
        past,
        lines,
        applied: champion.applied,
        random,
        isTried: (i) => tried.has(signature(after(i))),
      });
      return {
        sites,
        places,
        lines,
        past,
        best: best(),
        baseline,
        trial: losses.length,
        horizon,
        isNoisy: task.isNoisy,
      };
    },
    attempt(board, action) {
      const site = board.sites[Math.floor(action / OPERATORS)] as Site;
      for (let draw = 0; draw < DRAWS; draw++) {
        const made = applyAction({ champion, site, operator: action % OPERATORS, board, random, after });
        if (!tried.has(signature(made))) return { ...made, distance: nearest(made.units, past) };
      }
      return null;
    },
    play({ units, applied, touched, distance }) {
      tried.add(signature({ units, applied }));
      const loss = lossOf({ units, applied });
      const before = best();
      const isKept = loss !== null && loss < before;
      past.push({ units, loss: loss ?? Infinity, parentLoss: before, isKept, touched });
      losses.push(isKept ? loss : before);
      if (isKept) champion = { units, applied };
      const bonus = (novelty * distance) / (1 + distance);
      return decades(best()) - decades(before) - (loss === null ? FAILED : 0) + (loss === null ? 0 : bonus);
    },
  };
}

const signature = ({ units, applied }: Candidate): string =>
  `${[...units.values()].map((unit) => unit.toFixed(5)).join()}/${[...applied].sort((a, b) => a - b).join()}`;

/** A rewrite takes the place of those of its slot. */
function rewritten({ units, applied }: Candidate, rewrites: readonly GymRewrite[], i: number): Candidate {
  const { slot } = rewrites[i] as GymRewrite;
  const others = [...applied].filter((one) => slot === undefined || rewrites[one]?.slot !== slot);
  return { units, applied: new Set([...others, i]) };
}

/** Of a rewrite, in letters: numbers are no part of a rewrite's key. */
const placeOf = (i: number): string => String.fromCodePoint(FIRST_LETTER + i);
const indexAt = (place: string): number => (place.codePointAt(0) as number) - FIRST_LETTER;
const FIRST_LETTER = 0x61;

interface Scene extends BoardHistory {
  readonly applied: ReadonlySet<number>;
  readonly random: Random;
  readonly isTried: (rewrite: number) => boolean;
}

function sitesOf(task: GymTask, { places, past, lines, applied, random, isTried }: Scene): readonly Site[] {
  const open = task.rewrites.flatMap((rewrite, i) => (applied.has(i) || isTried(i) ? [] : [{ ...rewrite, i }]));
  const rewrites = random.shuffle(open).slice(0, SITES_OF_REWRITES);
  const literals = random.shuffle(places).slice(0, SITES - 1 - rewrites.length);
  const names = new Map(task.places.map((place) => [place.key, place.names]));
  return [
    { kind: "whole", key: "whole", names: [], isPossible: wholeOperators({ places, past }) },
    ...literals.map((place): Site => ({
      kind: "literal",
      key: place.key,
      names: names.get(place.key) ?? [],
      place,
      isPossible: literalOperators(place, { past, lines }),
    })),
    ...rewrites.map(({ rule, i }): Site => ({
      kind: "rewrite",
      key: rewriteKey(rule, placeOf(i)),
      names: [rule],
      isPossible: REWRITE,
    })),
  ];
}

interface Application {
  readonly champion: Candidate;
  readonly site: Site;
  readonly operator: number;
  readonly board: Board;
  readonly random: Random;
  /** The champion with one more rewrite. */
  readonly after: (rewrite: number) => Candidate;
}

function applyAction({
  champion,
  site,
  operator,
  board,
  random,
  after,
}: Application): Candidate & Pick<Attempt, "touched"> {
  if (site.kind === "rewrite") {
    const [rule, place] = site.key.slice(ruleKey("").length).split("#") as [string, string];
    return { ...after(indexAt(place)), touched: new Map([site.key, ruleKey(rule)].map((key) => [key, 1])) };
  }
  const units = new Map(champion.units);
  const touched = new Map<string, number>(site.kind === "whole" ? [["whole", 1]] : []);
  for (const [key, unit] of moveAt(site, operator, { board, random })) {
    const { domain, unit: from } = board.places.find((place) => place.key === key) as Place;
    // As it would be written into a program: rounded to steps and digits.
    const to = domain.kind === "choice" ? unit : toUnit(domain, fromUnit(domain, unit));
    if (to === from) continue;
    units.set(key, to);
    touched.set(key, domain.kind === "choice" ? 1 : to - from);
  }
  return { units, applied: champion.applied, touched };
}

/** To the nearest of the last 32 trials: how far all literals together are from its, at most 1. */
function nearest(units: Units, past: readonly PastTrial[]): number {
  const keys = [...units.keys()];
  const distances = past.slice(-32).map((trial) => {
    const sum = keys.reduce(
      (total, key) => total + Math.min(1, Math.abs((units.get(key) as number) - (trial.units.get(key) ?? 0))),
      0,
    );
    return Math.min(1, sum);
  });
  return Math.min(1, ...distances);
}
