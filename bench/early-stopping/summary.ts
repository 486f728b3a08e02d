/** Sums up replays by pruner and family. */
import { mean, sum, wilsonInterval } from "../../src/core/numerics/stats.ts";
import type { Tally } from "./replay.ts";

export interface PoolResult {
  readonly pruner: string;
  readonly family: string;
  readonly pool: string;
  /** One per order. */
  readonly tallies: readonly Tally[];
}

export interface Summary {
  readonly pruner: string;
  readonly family: string;
  readonly replays: number;
  /** Share of the budget saved; over all runs of the family. */
  readonly saved: number;
  readonly gain: number;
  /** Share of pools with a gain of at least 1.35. */
  readonly poolsAtPaper: number;
  /** Pools in which p_bad, the share of runs that were stopped, was at least 0.5, and the gain over all runs of these. */
  readonly badPools: number;
  readonly badGain: number;
  readonly good: number;
  /** Good runs stopped. */
  readonly falseAborts: number;
  readonly falseAbortRate: number;
  /** Upper end of Wilson's 95 % interval of that rate. */
  readonly falseAbortUpper: number;
  /** Share of replays in which the pool's best run was not stopped. */
  readonly bestKept: number;
  /** Mean rank of the winner: 0 is the best run of the pool, 1 the worst. */
  readonly rank: number;
  /** Mean final of the winner above the pool's best, in quartile ranges of the pool. */
  readonly regret: number;
}

export function summarize(results: readonly PoolResult[]): Summary[] {
  return [...Map.groupBy(results, ({ pruner, family }) => `${family}\n${pruner}`).values()].map((group) => {
    const tallies = group.flatMap((result) => result.tallies);
    const total = (key: keyof Tally) => sum(tallies.map((one) => one[key]));
    const [good, falseAborts, budget, saved] = [total("good"), total("falseAborts"), total("budget"), total("saved")];
    return {
      pruner: group[0]?.pruner ?? "",
      family: group[0]?.family ?? "",
      replays: tallies.length,
      saved: round(saved / budget),
      gain: round(budget / (budget - saved)),
      poolsAtPaper: round(mean(group.map((result) => Number(gainOf(result.tallies) >= 1.35)))),
      ...whereBad(group),
      good,
      falseAborts,
      falseAbortRate: round(falseAborts / good),
      falseAbortUpper: round(wilsonInterval(falseAborts, good).high),
      bestKept: round(1 - total("lostBest") / tallies.length),
      rank: round(total("rank") / tallies.length),
      regret: round(total("regret") / tallies.length),
    };
  });
}

function whereBad(group: readonly PoolResult[]): Pick<Summary, "badPools" | "badGain"> {
  const bad = group.filter(
    ({ tallies }) => sum(tallies.map(({ stopped }) => stopped)) >= 0.5 * sum(tallies.map(({ runs }) => runs)),
  );
  return { badPools: bad.length, badGain: bad.length === 0 ? 1 : round(gainOf(bad.flatMap(({ tallies }) => tallies))) };
}

const gainOf = (tallies: readonly Tally[]): number => {
  const [budget, saved] = [sum(tallies.map((one) => one.budget)), sum(tallies.map((one) => one.saved))];
  return budget / (budget - saved);
};

const round = (value: number): number => Math.round(value * 10_000) / 10_000;

export function printTable(summaries: readonly Summary[]): void {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  for (const family of new Set(summaries.map((summary) => summary.family))) {
    console.log(`\n### ${family}\n`);
    console.log(
      "| pruner | saved | gain | gain where p_bad ≥ 0.5 | false aborts (upper end) | best kept | rank | regret |",
    );
    console.log("|---|---|---|---|---|---|---|---|");
    for (const s of summaries.filter((summary) => summary.family === family)) {
      const aborts = `${s.falseAborts}/${s.good} = ${percent(s.falseAbortRate)} (${percent(s.falseAbortUpper)})`;
      const bad = s.badPools > 0 ? `${s.badGain.toFixed(2)} (${s.badPools} pools)` : "–";
      console.log(
        `| ${s.pruner} | ${percent(s.saved)} | ${s.gain.toFixed(2)} | ${bad} | ${aborts} | ${percent(s.bestKept)} | ${percent(s.rank)} | ${s.regret.toFixed(3)} |`,
      );
    }
  }
}
