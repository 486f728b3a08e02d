/** What a metric is about, and comparing scores in its direction. */
import type { Direction } from "./task.ts";

/** Strictly better; false when equal or when either is NaN. */
export const isBetter = (direction: Direction, score: number, than: number): boolean =>
  direction === "minimize" ? score < than : score > than;

/** How much better `score` is than `than`: positive is an improvement, in the metric's unit. */
export const gain = (direction: Direction, score: number, than: number): number =>
  direction === "minimize" ? than - score : score - than;

const COST =
  /^(s|secs?|seconds?|times?|ms|us|ns|millis|(milli|micro|nano)seconds?|minutes?|runtime|latency|duration|elapsed|speed|speedup|ops|throughput|qps|fps|rps|memory|rss|bytes|cycles|instructions)$/;

/** Whether a metric is about time or memory, going by its name. */
export const isCost = (metric: string): boolean =>
  metric
    .replace(/(?<=[a-z])(?=[A-Z])/g, "_")
    .toLowerCase()
    .split(/[^a-z]+/)
    .some((word) => COST.test(word));
