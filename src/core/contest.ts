/**
 * A contest: a candidate that looked better is run again beside the champion, pair by pair, until the evidence decides.
 * These shapes are shared by the judge, the journal and the readers, and they are exactly what the journal stores.
 */

/** Where the error that a contest may make is paid from (docs/keeping.md, "Levels"). */
export type Purse = "clear" | "close" | "simpler";

/** One run of each program with one fresh seed; null for a run that gave no score. */
export interface Pair {
  readonly candidate: number | null;
  readonly champion: number | null;
}

/** How far scores of one program lie apart: variance = squares / degrees. Both 0 when nothing is known. */
export interface Spread {
  /** Sum of squared deviations from the mean of each group. */
  readonly squares: number;
  /** Degrees of freedom: values less groups. */
  readonly degrees: number;
}

/** A run that tells of the noise; null for one that gave no score. */
export interface NoiseRun {
  readonly index: number;
  readonly score: number | null;
}

/** Whose runs tell of it: a champion's that was far from the baseline, or else the baseline's. */
export const noiseRuns = <Run>({
  baseline,
  anew,
}: {
  readonly baseline: readonly Run[];
  readonly anew: { readonly runs: readonly Run[] } | null;
}): readonly Run[] => anew?.runs ?? baseline;

/** Of the runs that gave one. */
export const scoresOf = (runs: readonly Pick<NoiseRun, "score">[]): number[] =>
  runs.flatMap(({ score }) => score ?? []);

/** What was spent of a purse. */
export interface Spending {
  /** Contests paid from it so far. */
  readonly contests: number;
  /** Level won back by a kept candidate, to be added to the next contest's. */
  readonly refund: number;
}

/** The statistics that decided a contest. */
export interface Evidence {
  readonly purse: Purse;
  /** Trial of the champion that the pairs were run beside; not in journals from before it was written down. */
  readonly opponent?: number;
  /** Error probability that this contest may use: the threshold for the e-value is 1 / level. */
  readonly level: number;
  /** Natural logarithm of the e-value. */
  readonly logEvidence: number;
  /** Complete pairs. */
  readonly pairs: number;
  /** Mean gain over the pairs, in the metric's unit, positive when better. The first look is not in it. */
  readonly gain: number;
  /** Standard error of `gain`. */
  readonly error: number;
}
