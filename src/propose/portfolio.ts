/**
 * Shares the trials among proposers by what they bring: a bandit with discounted Thompson sampling (Thompson 1933;
 * Raj & Kalyani 2017 for the discount). A trial pays between 0 and 1: what a keep improved, relative to the run's other
 * keeps. Everything is computed from the history, so the portfolio keeps no state either.
 */
import type { Random } from "../core/random.ts";
import type { TrialRecord } from "../core/trial.ts";
import type { Proposer } from "./types.ts";

export interface Arm {
  readonly proposer: Proposer;
  /** Trials of the run before this arm is played: a method that learns slowly costs a short run more than it brings. */
  readonly from?: number;
  /** Payoffs and blanks to believe in before the first trial; default 1 and 2. */
  readonly prior?: readonly [paid: number, blank: number];
}

/** What a trial's weight is multiplied by for every later trial: half after about 35. */
const DISCOUNT = 0.98;
/** What a keep is worth at least: improvements get smaller as a run goes on, and are wanted all the same. */
const LEAST_PAY = 0.4;

/** A proposer that delegates to one of `arms`; an arm with nothing to propose passes its turn to the next best. */
export const portfolio = (arms: readonly Arm[]): Proposer => ({
  name: "portfolio",
  async propose(context, signal) {
    const largest = Math.max(0, ...context.history.map(rewardOf));
    const now = nextTrial([...context.history, ...context.pending]);
    const playing = arms.filter(({ from = 0 }) => now > from);
    const drawn = playing.map((arm) => ({
      arm,
      value: sampleValue(arm, { history: context.history, largest, now, random: context.random }),
    }));
    for (const { arm } of drawn.toSorted((a, b) => b.value - a.value)) {
      const name = arm.proposer.name;
      const proposal = await arm.proposer.propose({ ...context, random: context.random.fork(name) }, signal);
      if (proposal !== null) return { ...proposal, proposer: proposal.proposer ?? name };
    }
    return null;
  },
});

const nextTrial = (records: readonly TrialRecord[]): number =>
  1 + records.reduce((last, { trial }) => Math.max(last, trial), 0);

const rewardOf = ({ trial, verdict }: TrialRecord): number =>
  trial > 0 && verdict?.decision === "keep" ? Math.max(0, verdict.reward) : 0;

interface Evidence {
  readonly history: readonly TrialRecord[];
  /** Largest reward of any keep. */
  readonly largest: number;
  /** Number of the trial to be proposed. */
  readonly now: number;
  readonly random: Random;
}

/** One draw from what is believed of an arm's payoff, Beta(paid, blank). */
function sampleValue({ proposer, prior = [1, 2] }: Arm, { history, largest, now, random }: Evidence): number {
  let [paid, blank] = prior;
  for (const record of history) {
    if (record.proposer !== proposer.name || record.verdict === null) continue;
    const weight = DISCOUNT ** (now - record.trial);
    const pay =
      record.verdict.decision !== "keep"
        ? 0
        : LEAST_PAY + (1 - LEAST_PAY) * (largest > 0 ? rewardOf(record) / largest : 1);
    paid += weight * pay;
    blank += weight * (1 - pay);
  }
  const [a, b] = [sampleGamma(paid, random), sampleGamma(blank, random)];
  return a / (a + b);
}

/** Gamma(shape, 1) by Marsaglia & Tsang (2000); a shape under 1 is raised by 1 and corrected. */
export function sampleGamma(shape: number, random: Random): number {
  if (shape < 1) return sampleGamma(shape + 1, random) * random.next() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
