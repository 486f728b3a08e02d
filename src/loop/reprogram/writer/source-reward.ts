/**
 * What a source earns for the code model that wrote it: r = clip(Δ / s, −1, 1), Δ what it gained on the source that it was written from, s a
 * quarter of that source's score, so that loss and accuracy count alike. One that does not work costs as much as any gain brings.
 */
import { gain } from "../../../core/metric.ts";
import type { Direction } from "../../../core/task.ts";
import type { CandidateId, Outcome } from "../../../core/trial.ts";
import type { Journal } from "../../../journal/journal.ts";
import type { Earned, Written } from "../experiment.ts";
import { repeatedTrial } from "../twins.ts";

/** A source that was there before brings nothing and costs nothing; a hopeless one was at least a program. */
export const USELESS = -0.5;
const BROKEN = -1;

export interface RewardOptions {
  readonly direction: Direction;
  /** Score of the source that it was written from. */
  readonly parent: number;
}

export function sourceReward(
  { status, score }: Pick<Outcome, "status" | "score">,
  { direction, parent }: RewardOptions,
): number {
  if (score === null) return status === "stopped-early" ? USELESS : BROKEN;
  return Math.min(1, Math.max(-1, gain(direction, score, parent) / (Math.abs(parent) / 4 || 1)));
}

export interface MeasuredRound {
  readonly parent: CandidateId;
  /** Trial of the first source. */
  readonly first: number;
  readonly written: readonly Pick<Written, "notes">[];
  /** The trial of the last source, which is still open, and its outcome. */
  readonly trial: number;
  readonly outcome: Outcome;
}

/** What each source of a round earned. One that repeats another earns at most what that one did. */
export function earnedBy(
  journal: Journal,
  { parent, first, written, trial, outcome: newest }: MeasuredRound,
): Earned[] {
  const outcomeOf = (which: number): Outcome => (which === trial ? undefined : journal.trial(which)?.outcome) ?? newest;
  const scores = [...journal.trials()].filter(({ candidate }) => candidate === parent);
  const options = {
    direction: journal.state()?.task.metric.direction ?? "minimize",
    parent: scores.find(({ outcome }) => typeof outcome?.score === "number")?.outcome?.score ?? 0,
  };
  return written.map(({ notes = null }, i) => {
    const outcome = outcomeOf(first + i);
    const repeated = repeatedTrial(outcome);
    const told = repeated === undefined ? outcome : outcomeOf(repeated);
    const reward = sourceReward(told, options);
    return {
      notes,
      reward: repeated === undefined ? reward : Math.min(reward, USELESS),
      isValid: told.status !== "invalid",
    };
  });
}
