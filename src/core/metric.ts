/** Comparing scores in the direction of the metric. */
import type { Direction } from "./task.ts";

/** Strictly better; false when equal or when either is NaN. */
export const isBetter = (direction: Direction, score: number, than: number): boolean =>
  direction === "minimize" ? score < than : score > than;

/** How much better `score` is than `than`: positive is an improvement, in the metric's unit. */
export const gain = (direction: Direction, score: number, than: number): number =>
  direction === "minimize" ? than - score : score - than;
