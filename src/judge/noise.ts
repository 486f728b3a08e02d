/**
 * How far scores of one and the same program lie apart, measured by repeating the baseline, and champions far from it, with
 * fresh seeds. Pure.
 */
import { noiseRuns, scoresOf, type Spread } from "../core/contest.ts";
import { comparable, type GainScale } from "../core/metric.ts";
import { mean, sum } from "../core/numerics/stats.ts";

/** Runs that the first estimate needs, the very first run of the baseline included. */
const FEWEST_RUNS = 4;
/** Runs after which the estimate is taken as it is. */
const MOST_RUNS = 7;
/** An estimate is settled when no single run changes it by more than this factor. */
const SETTLED = 3;

/** Spread within one group of scores; nothing is known from fewer than two. Exactly 0 where all are equal. */
export function spreadOf([first = 0, ...others]: readonly number[]): Spread {
  if (others.length === 0) return { squares: 0, degrees: 0 };
  // From the first on: of equal scores, the rounded mean is often another number than they are.
  const offsets = [0, ...others.map((score) => score - first)];
  const center = mean(offsets);
  return { squares: sum(offsets.map((offset) => (offset - center) ** 2)), degrees: others.length };
}

/**
 * All that a run knows of it: the scores of the baseline, or of a champion far from it, and the differences of its contests. `unit` as
 * in `GainScale`.
 */
export function knownSpread(known: KnownNoise, { comparison, unit }: Pick<GainScale, "comparison" | "unit">): Spread {
  const scores = scoresOf(noiseRuns(known)).map((score) => comparable(score, { comparison, unit: 1 }));
  const [own, { pooled }] = [spreadOf(scores), known];
  const squares = own.squares + pooled.squares;
  return {
    squares: comparison === "ratio" ? squares * unit ** 2 : squares,
    degrees: own.degrees + pooled.degrees,
  };
}

type Runs = readonly { readonly score: number | null }[];

interface KnownNoise {
  readonly baseline: Runs;
  readonly anew: { readonly runs: Runs } | null;
  /** Of scores, or, where ratios are compared, of their logarithms. */
  readonly pooled: Spread;
}

/** The noise σ: standard deviation of a single score; NaN when nothing is known. */
export const noiseOf = ({ squares, degrees }: Spread): number => Math.sqrt(squares / degrees);

/**
 * How many more runs the estimate needs after `runs` of which `scores` scored (the others failed). At least
 * four, then one at a time until no single score carries the estimate, at most seven.
 */
export function missingRuns(runs: number, scores: readonly number[]): number {
  if (runs < FEWEST_RUNS) return FEWEST_RUNS - runs;
  return runs < MOST_RUNS && !isSettled(scores) ? 1 : 0;
}

function isSettled(scores: readonly number[]): boolean {
  if (scores.length < FEWEST_RUNS) return false;
  const whole = noiseOf(spreadOf(scores));
  return scores.every((_, i) => {
    const rest = noiseOf(spreadOf(scores.toSpliced(i, 1)));
    return whole <= SETTLED * rest && rest <= SETTLED * whole;
  });
}
