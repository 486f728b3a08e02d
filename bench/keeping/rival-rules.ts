/** What others do: rules that strop is compared with. Each spends a fixed number of runs and has no notion of a whole run. */
import { studentCdf } from "../../src/core/numerics/distributions.ts";
import { gain } from "../../src/core/metric.ts";
import { mean, variance } from "../../src/core/numerics/stats.ts";
import type { Contest, KeepRule } from "../../src/judge/keep-rule.ts";

/** Re-runs every candidate that looks better in `pairs` pairs and lets `decide` judge the gains. */
function fixedPairs(name: string, pairs: number, isBetter: (gains: readonly number[]) => boolean): KeepRule {
  return {
    name,
    needsNoise: false,
    decide(contest: Contest) {
      const { direction, candidate, champion, soFar } = contest;
      const first = champion === null ? 0 : gain(direction, candidate.score, champion.score);
      if (!(first > 0)) return { decision: "discard", reason: "worse" };
      if (soFar === undefined || soFar.pairs.length < pairs)
        return { decision: "measure", reason: "more", purse: "close", level: 0.05 };
      const gains = soFar.pairs.map((pair) => gain(direction, pair.candidate ?? 0, pair.champion ?? 0));
      return { decision: isBetter(gains) ? "keep" : "discard", reason: "decided" };
    },
  };
}

/** One-sided paired t-test at 5 % after a fixed number of pairs. */
export const fixedTTest = (pairs: number): KeepRule =>
  fixedPairs(`t-test, ${pairs} pairs`, pairs, (gains) => {
    const error = Math.sqrt(variance(gains) / gains.length);
    const t = error === 0 ? Math.sign(mean(gains)) * Number.POSITIVE_INFINITY : mean(gains) / error;
    return 1 - studentCdf(t, gains.length - 1) < 0.05;
  });

/** Lower on the average of a fixed number of pairs. */
export const repeatedMean = (pairs: number): KeepRule =>
  fixedPairs(`mean of ${pairs}`, pairs, (gains) => mean(gains) > 0);
