/**
 * Shares the trials among proposers by what they bring for what they cost: a bandit with discounted Thompson sampling
 * (ensemble/thompson.ts), divided by the expected cost where arms differ in it (Xia et al. 2015, Thompson Sampling for
 * Budgeted Multi-Armed Bandits). Everything is computed from the history, so the portfolio keeps no state either.
 */
import type { TrialRecord } from "../core/trial.ts";
import { type Belief, payoffs, sampleBeta } from "./ensemble/thompson.ts";
import type { Proposer, ProposerContext } from "./types.ts";

export interface Arm {
  readonly proposer: Proposer;
  /** Trials of the run before this arm is played: a method that learns slowly costs a short run more than it brings. */
  readonly from?: number;
  /** Payoffs and blanks to believe in before the first trial; default 1 and 2. */
  readonly prior?: Belief | ((context: ProposerContext) => Belief);
  /** Default: always. */
  readonly when?: (context: ProposerContext) => boolean;
  /** What one of its trials costs, in trials whose proposal cost nothing: 1 or more; default 1. An arm that has this is asked first. */
  readonly cost?: (context: ProposerContext) => number;
}

/** Trials of an arm before its cost counts: what it brings is not known until it was tried. */
const TRYOUT = 3;

/** A proposer that delegates to one of `arms`; an arm with nothing to propose passes its turn to the next best. */
export const portfolio = (arms: readonly Arm[]): Proposer => ({
  name: "portfolio",
  async propose(context, signal) {
    const paid = payoffs(context);
    const drawn = arms
      .filter(({ from = 0, when }) => context.trial > from && when?.(context) !== false)
      .map(({ proposer, prior = [1, 2], cost }) => {
        const isOwn = (record: TrialRecord) => record.proposer === proposer.name;
        const before = typeof prior === "function" ? prior(context) : prior;
        const value = sampleBeta(paid.belief(isOwn, before), context.random);
        const tried = [...context.history, ...context.pending].filter(isOwn).length;
        // That a key is wrong or an agent is not installed is learnt while the user still looks.
        if (cost !== undefined && tried === 0) return { proposer, value: Number.POSITIVE_INFINITY };
        return { proposer, value: cost === undefined || tried < TRYOUT ? value : value / cost(context) };
      });
    for (const { proposer } of drawn.toSorted((a, b) => (a.value === b.value ? 0 : b.value - a.value))) {
      const proposal = await proposer.propose({ ...context, random: context.random.fork(proposer.name) }, signal);
      if (proposal !== null) return { ...proposal, proposer: proposal.proposer ?? proposer.name };
    }
    return null;
  },
});
