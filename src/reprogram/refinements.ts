/**
 * The Random Refinement Dataset (Sheng & Padmanabhan §3.1, §4.1): pairs of a source and the same source with one design change.
 * Every pair has a random stream of its own, so that a pair is the same, however many are drawn.
 */
import { createRandom } from "../core/numerics/random.ts";
import type { Family, RefinementPair } from "./families/family.ts";

export interface RefinementOptions {
  readonly count: number;
  readonly seed: number | string;
}

/** The first pairs of the dataset that this seed names. */
export function drawRefinements(family: Family, { count, seed }: RefinementOptions): RefinementPair[] {
  const random = createRandom(`refinements/${family.name}/${seed}`);
  return Array.from({ length: count }, (_, i) => family.drawPair(random.fork(i)));
}
