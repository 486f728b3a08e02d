/** What is known of a trial whose score looked better and which has no verdict yet, in words. */
import { gain } from "../../core/metric.ts";
import type { Direction } from "../../core/task.ts";
import { mean } from "../../core/numerics/stats.ts";
import type { OpenContest } from "../../journal/state.ts";
import { formatCount, formatScore } from "../../report/format.ts";

/** What comes of it, or how far its pairs have got. */
export function contestNote({ terms, candidate, champion }: OpenContest, direction: Direction): string {
  const gains = champion.flatMap((score, pair) => {
    const beside = candidate[pair];
    return score === null || beside === null || beside === undefined ? [] : [gain(direction, beside, score)];
  });
  if (gains.length > 0)
    return `undecided: gain ${formatScore(mean(gains))} over ${formatCount(gains.length, "pair")} so far`;
  if (terms === null) return "waits until the noise is known";
  return terms.purse === "clear" ? "to be run again beside the champion" : "to be run again if nothing better comes";
}
