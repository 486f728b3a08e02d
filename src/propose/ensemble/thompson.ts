/**
 * What the history says an arm pays, and draws from that belief: discounted Thompson sampling (Thompson 1933; Raj & Kalyani
 * 2017 for the discount). A trial pays between 0 and 1: what a keep improved, relative to the run's other keeps.
 */
import type { Random } from "../../core/numerics/random.ts";
import type { TrialRecord } from "../../core/trial.ts";
import type { ProposerContext } from "../types.ts";

/** Beta(paid, blank): payoffs and blanks that were seen or are believed in beforehand. */
export type Belief = readonly [paid: number, blank: number];

/** What a trial's weight is multiplied by for every later trial: half after about 35. */
export const DISCOUNT = 0.98;
/** What a keep is worth at least: improvements get smaller as a run goes on, and are wanted all the same. */
const LEAST_PAY = 0.4;

/** What trials pay, by their verdicts. */
export interface Payoffs {
  /** The belief in an arm, given which trials were its own; those without a verdict do not count. */
  belief(isOwn: (record: TrialRecord) => boolean, prior: Belief): Belief;
}

/** What the trials of a context pay. `discount` is per trial; 1 forgets nothing. */
export function payoffs(context: Pick<ProposerContext, "history" | "trial">, discount: number = DISCOUNT): Payoffs {
  const { history, trial: now } = context;
  const largest = Math.max(0, ...history.map(rewardOf));
  const payOf = (record: TrialRecord): number => {
    if (record.verdict?.decision !== "keep") return 0;
    return LEAST_PAY + (1 - LEAST_PAY) * (largest > 0 ? rewardOf(record) / largest : 1);
  };
  return {
    belief(isOwn, prior) {
      let [paid, blank] = prior;
      for (const record of history) {
        if (record.verdict === null || !isOwn(record)) continue;
        const weight = discount ** (now - record.trial);
        const pay = payOf(record);
        paid += weight * pay;
        blank += weight * (1 - pay);
      }
      return [paid, blank];
    },
  };
}

const rewardOf = ({ trial, verdict }: TrialRecord): number =>
  trial > 0 && verdict?.decision === "keep" ? Math.max(0, verdict.reward) : 0;

/** One draw from Beta(paid, blank), in [0, 1]. */
export function sampleBeta([paid, blank]: Belief, random: Random): number {
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
