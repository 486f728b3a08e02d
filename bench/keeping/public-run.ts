/**
 * The public autoresearch run (126 experiments in results.tsv): how many of its kept experiments stand above the noise
 * that its own changes of the random seed show. One run per experiment is all there is, so this is a bound, not a test.
 */
import { mean } from "../../src/core/numerics/stats.ts";
import { importTsv, type TsvRow } from "../../src/journal/import-tsv.ts";

export interface PublicRun {
  readonly kept: number;
  /** Score changes that a change of seed alone made, with what the row says. */
  readonly seeds: readonly { readonly change: number; readonly description: string }[];
  /** Standard deviation of a single score, from the seed changes: √(mean square / 2). */
  readonly sigma: number;
  /** Kept experiments whose gain exceeds the largest seed change, and 1.645·√2·σ (one-sided 5 % for a difference). */
  readonly aboveLargest: number;
  readonly aboveTest: number;
  readonly gains: readonly { readonly gain: number; readonly description: string }[];
}

export function readPublicRun(text: string): PublicRun {
  const { rows } = importTsv(text);
  const gains: { gain: number; description: string }[] = [];
  const seeds: { change: number; description: string }[] = [];
  let best: TsvRow | undefined;
  for (const row of rows) {
    if (row.score === null) continue;
    const before = best?.score ?? row.score;
    if (/\bseed\b/i.test(row.description)) seeds.push({ change: row.score - before, description: row.description });
    if (row.status !== "keep") continue;
    if (best !== undefined) gains.push({ gain: before - row.score, description: row.description });
    best = row;
  }
  const sigma = Math.sqrt(mean(seeds.map(({ change }) => change ** 2)) / 2);
  const largest = Math.max(...seeds.map(({ change }) => Math.abs(change)));
  return {
    kept: gains.length,
    seeds,
    sigma,
    gains,
    aboveLargest: gains.filter(({ gain }) => gain > largest).length,
    aboveTest: gains.filter(({ gain }) => gain > 1.645 * Math.SQRT2 * sigma).length,
  };
}
