/**
 * One round of self-improvement: I_t = I_{t−1}(û, I_{t−1}, L). Which improver works, and on which, is chosen here, from
 * the finished trials alone.
 */
import { createRandom, type Random } from "../../core/numerics/random.ts";
import type { TrialRecord } from "../../core/trial.ts";
import type { RecursionSettings } from "./settings.ts";

export interface Pair {
  /** Trial of the improver that works. */
  readonly worker: number;
  /** Trial of the improver that is to be improved. */
  readonly target: number;
}

/** Trials by number from 0 on, all of them evaluated; the first is the seed. */
export function choosePair(trials: readonly TrialRecord[], settings: RecursionSettings): Pair {
  const alive = trials.filter(isAlive);
  const newest = alive.at(-1)?.trial ?? 0;
  // The control of fig4: the seed does all the work, so whatever is gained does not come from recursion.
  if (settings.frozen) return { worker: 0, target: newest };
  if (settings.population !== null)
    return pairOf(drawn(alive, createRandom(`${settings.seed}/parent/${trials.length}`), settings));
  return pairOf(settings.keep === "better" ? best(alive) : newest);
}

const pairOf = (trial: number): Pair => ({ worker: trial, target: trial });

/** An improver that is worth nothing is given up, and the one before goes on (as in the paper's code). */
const isAlive = ({ trial, outcome }: TrialRecord): boolean =>
  trial === 0 || (outcome?.status === "scored" && (outcome.score ?? 0) > 0);

const scoreOf = ({ outcome }: TrialRecord): number => outcome?.score ?? 0;

const best = (alive: readonly TrialRecord[]): number =>
  alive.reduce((winner, trial) => (scoreOf(trial) > scoreOf(winner) ? trial : winner), alive[0] as TrialRecord).trial;

/** Softmax over the archive's best: the temperature is its own spread, so that a clear winner is drawn most often. */
function drawn(alive: readonly TrialRecord[], random: Random, { population }: RecursionSettings): number {
  const archive = alive.toSorted((a, b) => scoreOf(b) - scoreOf(a) || a.trial - b.trial).slice(0, population ?? 1);
  const scores = archive.map(scoreOf);
  const top = Math.max(...scores);
  const spread = top - Math.min(...scores) || 1;
  const weights = scores.map((score) => Math.exp((2 * (score - top)) / spread));
  let at = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => (at -= weight) < 0);
  return (archive[index] ?? archive[0])?.trial ?? 0;
}
