/** Replays a pool as the trials of one research run, in a given order, under a pruner, and counts what it cost. */
import type { PastTrial, Pruner } from "../../src/judge/pruner.ts";
import type { Pool, RecordedRun } from "./pools.ts";

export interface Replay {
  /** For each run in order: the check at which it was stopped, or 0 if it ran to its end. */
  readonly stoppedAt: readonly number[];
}

export function replay(
  pool: Pool,
  order: readonly number[],
  { pruner, checks }: { pruner: Pruner; checks: number },
): Replay {
  const past: PastTrial[] = [];
  let incumbent: number | null = null;
  const stoppedAt = order.map((index, trial) => {
    const run = pool.runs[index] as RecordedRun;
    const k = firstStop(run, trial, { past: [...past], incumbent, pruner, checks });
    if (k === 0) incumbent = Math.min(incumbent ?? Number.POSITIVE_INFINITY, run.final);
    past.push({
      trial,
      trajectory: k === 0 ? run.trajectory : cut(run, k),
      final: k === 0 ? run.final : null,
    });
    return k;
  });
  return { stoppedAt };
}

interface Given {
  readonly past: readonly PastTrial[];
  readonly incumbent: number | null;
  readonly pruner: Pruner;
  readonly checks: number;
}

function firstStop(run: RecordedRun, trial: number, given: Given): number {
  const { past, incumbent, pruner, checks } = given;
  const reached = Math.min(run.trajectory.levels.length, checks - 1);
  for (let k = 1; k <= reached; k++) {
    if ((run.reachedAt[k - 1] as number) >= run.length) return 0;
    if (pruner.judge({ trial, live: cut(run, k), checks, incumbent, past }) !== null) return k;
  }
  return 0;
}

const cut = ({ trajectory }: RecordedRun, k: number) => ({
  levels: trajectory.levels.slice(0, k),
  forecast: (j: number) => trajectory.forecast(j),
});

export interface Tally {
  readonly runs: number;
  readonly budget: number;
  readonly saved: number;
  /** Runs whose final would have beaten the best completed final of that moment. */
  readonly good: number;
  readonly stopped: number;
  /** Good runs that were stopped. */
  readonly falseAborts: number;
  /** 1 if the pool's best run was stopped. */
  readonly lostBest: number;
  /** Rank of the best completed run among all (0 is best), over the number of runs. */
  readonly rank: number;
  /** Final of the best completed run above the pool's best, in units of the pool's quartile range. */
  readonly regret: number;
}

export function tally(pool: Pool, order: readonly number[], stoppedAt: readonly number[]): Tally {
  let [champion, budget, saved, good, stopped, falseAborts] = [Number.POSITIVE_INFINITY, 0, 0, 0, 0, 0];
  const finals = pool.runs.map(({ final }) => final).sort((a, b) => a - b);
  const best = finals[0] as number;
  let lostBest = 0;
  order.forEach((index, i) => {
    const { final, length, reachedAt } = pool.runs[index] as RecordedRun;
    const k = stoppedAt[i] as number;
    const isGood = final < champion;
    budget += length;
    if (isGood && i > 0) good++;
    if (k === 0) champion = Math.min(champion, final);
    else {
      stopped++;
      saved += length - (reachedAt[k - 1] as number);
      if (isGood) falseAborts++;
      if (final === best) lostBest = 1;
    }
  });
  const range =
    (finals[Math.floor(0.75 * finals.length)] as number) - (finals[Math.floor(0.25 * finals.length)] as number);
  const rank = finals.indexOf(champion) / finals.length;
  return {
    runs: order.length,
    budget,
    saved,
    good,
    stopped,
    falseAborts,
    lostBest,
    rank,
    regret: (champion - best) / (range || 1),
  };
}
