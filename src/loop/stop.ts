/** When a run ends (autoresearch-rl Alg. 1, TERMINATE). Pure questions about the state. */
import { isBetter } from "../core/metric.ts";
import type { Task } from "../core/task.ts";
import type { RunState } from "../journal/state.ts";

/** So many invalid edits in a row end the run; gone on with, so many more do. */
const MOST_INVALID = 20;

/** Trials that cost a run of the program: everything but invalid edits. The baseline counts, repeats do not. */
export function executedTrials(state: RunState): number {
  const { scored, crashed } = state.counts;
  return state.contests.length + scored + crashed + state.counts["timed-out"] + state.counts["stopped-early"];
}

/** What the run began with has been run to its end and has no score: there is nothing to improve on. */
export const hasFailedBaseline = ({ champion, nextTrial, open }: RunState): boolean =>
  champion === null && nextTrial > 0 && open.length === 0;

/** Edits that were kept: the baseline, which the state counts with them, is none. */
export const keptEdits = ({ counts }: RunState): number => Math.max(0, counts.kept - 1);

/**
 * A sentence saying why no further trial starts, or undefined to go on. `from`: the first trial of the current session. A run that
 * invalid edits have ended may go on, since what made them may have been mended; one that was cut off counts on.
 */
export function stopReason(state: RunState, from: number): string | undefined {
  const { target, trials, stagnation } = state.task.stop;
  const { direction } = state.task.metric;
  const best = state.champion?.score;
  if (target !== undefined && best !== undefined && !isBetter(direction, target, best)) {
    return reachedTarget(state.task);
  }
  // `open` trials are already paid for: two workers must not start one trial too many.
  if (trials !== undefined && executedTrials(state) + state.open.length >= trials)
    return trials === 1 ? "its one trial is done" : `all ${trials} trials done`;
  const over = timeReason(state);
  if (over !== undefined) return over;
  if (stagnation !== undefined && state.sinceImprovement >= stagnation) return `no improvement in ${stagnation} trials`;
  if (areInvalid(state, from)) return `the last ${MOST_INVALID} edits were all invalid`;
  return undefined;
}

/** Why a run ends that has what it was begun for. */
export const reachedTarget = ({ metric, stop }: Pick<Task, "metric" | "stop">): string =>
  `${metric.name} reached the target ${stop.target}`;

/** As `stopReason`, of time alone: the one condition that also ends contests. */
export const timeReason = (state: RunState): string | undefined =>
  hoursLeft(state) <= 0 ? `${state.task.stop.hours} hours are over` : undefined;

/** Of `stop.hours`, all sessions together; Infinity where there is no such limit. */
export const hoursLeft = ({ task, activeMs }: RunState): number =>
  (task.stop.hours ?? Number.POSITIVE_INFINITY) - activeMs / 3_600_000;

function areInvalid({ recent }: RunState, from: number): boolean {
  const row = recent.slice(recent.findLastIndex(({ outcome }) => outcome?.status !== "invalid") + 1);
  const before = row.filter(({ trial }) => trial < from).length;
  return Math.floor(row.length / MOST_INVALID) > Math.floor(before / MOST_INVALID);
}
