/** What a metric is about, and comparing scores in its direction. */
import type { Direction } from "./task.ts";

/** Strictly better; false when equal or when either is NaN. */
export const isBetter = (direction: Direction, score: number, than: number): boolean =>
  direction === "minimize" ? score < than : score > than;

/** How much better `score` is than `than`: positive is an improvement, in the metric's unit. */
export const gain = (direction: Direction, score: number, than: number): number =>
  direction === "minimize" ? than - score : score - than;

/** What scores are compared by. A busy machine makes a short time and a long one longer by the same factor, so costs go by their ratio. */
export type Comparison = "difference" | "ratio";

/** Fixed once the baseline has run: `scores` are those of its runs. */
export const comparisonOf = (metric: string, scores: readonly number[]): Comparison =>
  isCost(metric) && scores.every((score) => score > 0) ? "ratio" : "difference";

/** Below it a score counts as this one, as 0 has no ratio to anything. */
const LEAST = 1e-9;

/** How gains are measured: near a score of `unit`, they are in the metric's unit. */
export interface GainScale {
  readonly direction: Direction;
  readonly comparison: Comparison;
  /** Above 0 where ratios are compared. */
  readonly unit: number;
}

/** What two scores are subtracted as. */
export const comparable = (score: number, { comparison, unit }: Pick<GainScale, "comparison" | "unit">): number =>
  comparison === "ratio" ? unit * Math.log(Math.max(score, LEAST)) : score;

/** How much better `score` is than `than`, as it is tested: where ratios are compared, the `unit`th part of it is the ratio's logarithm. */
export const comparedGain = (scale: GainScale, score: number, than: number): number =>
  gain(scale.direction, comparable(score, scale), comparable(than, scale));

/** What a score of `unit` gains by a compared gain, in the metric's unit, and the error of that. */
export function gainInUnits({ direction, comparison, unit }: GainScale, compared: number, error = 0) {
  if (comparison === "difference") return { gain: compared, error };
  const change = (direction === "minimize" ? -compared : compared) / unit;
  return { gain: gain(direction, unit * Math.exp(change), unit), error: error * Math.exp(change) };
}

const COST =
  /^(s|secs?|seconds?|times?|ms|us|ns|millis|(milli|micro|nano)seconds?|minutes?|runtime|latency|duration|elapsed|speed|speedup|ops|throughput|qps|fps|rps|memory|rss|bytes|cycles|instructions)$/;

/** Whether a metric is about time or memory, going by its name. */
export const isCost = (metric: string): boolean =>
  metric
    .replace(/(?<=[a-z])(?=[A-Z])/g, "_")
    .toLowerCase()
    .split(/[^a-z]+/)
    .some((word) => COST.test(word));
