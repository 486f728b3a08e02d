/**
 * The Random Refinement Dataset (Sheng & Padmanabhan §3.1, §4.1): pairs of a source and the same source with one design change.
 * Every pair has a random stream of its own, so that any slice of a dataset is the same, however much of it is drawn.
 */
import { createRandom } from "../core/random.ts";
import type { Family, RefinementPair } from "./families/family.ts";

export interface RefinementOptions {
  readonly count: number;
  readonly seed: number | string;
  /** Number of the first pair; default 0. */
  readonly start?: number;
}

/** Pairs `start` … `start + count − 1` of the dataset that this seed names. */
export function drawRefinements(family: Family, { count, seed, start = 0 }: RefinementOptions): RefinementPair[] {
  const random = createRandom(`refinements/${family.name}/${seed}`);
  return Array.from({ length: count }, (_, i) => family.drawPair(random.fork(start + i)));
}
