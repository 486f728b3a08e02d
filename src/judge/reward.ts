/**
 * What a trial is worth to the one who proposed it (autoresearch-rl §3.1, Alg. 1, §6.3).
 *
 *     r = clip(Δ / s) + λ·η − p + ξ·d / (1 + d)
 *
 * Δ: improvement on the champion, positive when better (Alg. 1; §3.1 prints the opposite sign). s: scale of scores,
 * the baseline's magnitude, so that λ, p and ξ mean the same in every task. η: share of the budget that was left.
 * p: penalty of a trial without a score. d: distance to the nearest earlier edit (§6.3 as printed pays for repetition).
 * Deviations: Δ/s is clipped to [−1, 1], so that one absurd score cannot drown a thousand sane ones; η is paid only to
 * candidates that are not worse, or doing nothing quickly would pay; an edit that does not apply earns no novelty.
 */
import type { Edit } from "../core/edit.ts";
import { gain } from "../core/metric.ts";
import type { Direction } from "../core/task.ts";
import type { Outcome, OutcomeStatus } from "../core/trial.ts";
import { noveltyDistance } from "./novelty.ts";

export interface RewardWeights {
  /** λ, for unused budget. */
  readonly efficiency: number;
  /** ξ, for novelty. */
  readonly novelty: number;
  /** p by outcome: invalid is the paper's p_syntax and stopped-early its p_waste. */
  readonly penalty: Readonly<Record<Exclude<OutcomeStatus, "scored">, number>>;
}

export const defaultRewardWeights: RewardWeights = Object.freeze({
  efficiency: 0.001,
  novelty: 0.001,
  penalty: Object.freeze({ invalid: 0.02, "stopped-early": 0.005, crashed: 0.02, "timed-out": 0.02, interrupted: 0 }),
});

export interface RewardedTrial {
  readonly outcome: Outcome;
  readonly direction: Direction;
  /** The champion's score when the trial was judged; null while there is none. */
  readonly best: number | null;
  /** Sets the scale s; null while there is none. */
  readonly baseline: number | null;
  /** T_max. */
  readonly trainSeconds: number;
  /** Null for the baseline itself. */
  readonly edit: Edit | null;
  /** In order of time; the last 32 count. */
  readonly earlierEdits: readonly Edit[];
  readonly weights?: RewardWeights;
}

export interface Reward {
  readonly total: number;
  readonly improvement: number;
  readonly efficiency: number;
  readonly novelty: number;
  /** Zero or negative. */
  readonly penalty: number;
}

export function reward(trial: RewardedTrial): Reward {
  const { outcome, weights = defaultRewardWeights } = trial;
  const improved = scaledGain(trial);
  const unused = clip(1 - outcome.diagnostics.trainSeconds / trial.trainSeconds, 0, 1);
  const efficiency = outcome.status === "scored" && improved >= 0 ? weights.efficiency * unused : 0;
  const distance =
    trial.edit === null || outcome.status === "invalid" ? 0 : noveltyDistance(trial.edit, trial.earlierEdits);
  const novelty = (weights.novelty * distance) / (1 + distance);
  const penalty = outcome.status === "scored" ? 0 : 0 - weights.penalty[outcome.status];
  return { total: improved + efficiency + novelty + penalty, improvement: improved, efficiency, novelty, penalty };
}

/** Δ / s, clipped; 0 without both scores. */
function scaledGain({ direction, outcome, best, baseline }: RewardedTrial): number {
  if (outcome.score === null || best === null) return 0;
  const scaled = gain(direction, outcome.score, best) / (Math.abs(baseline ?? best) || 1);
  return Number.isNaN(scaled) ? 0 : clip(scaled, -1, 1);
}

const clip = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));
