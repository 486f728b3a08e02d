/** What a run that goes on may expect: how long until the next improvement (autoresearch-rl Prop. 3: T ≤ log δ / log(1 − p_min)). */
import { grouped } from "./format.ts";
import type { RunState } from "../journal/state.ts";

const DELTA = 0.05;

/** Of a run whose champion is its baseline: a short session may have no time for more. */
export const nothingYet = ({ nextTrial }: Pick<RunState, "nextTrial">): string =>
  nextTrial > 1 ? "nothing better found yet" : "no edit tried yet";

/** One sentence, or "" while nothing is known: no edit has been kept, or none was tried. */
export function prospect({ counts }: RunState): string {
  // The baseline is kept too, and is no edit.
  const kept = counts.kept - 1;
  const tried = counts.kept + counts.discarded - 1;
  if (kept < 1 || kept >= tried) return "";
  const rate = kept / tried;
  const within = Math.ceil(Math.log(DELTA) / Math.log(1 - rate));
  return (
    `${grouped(kept)} of ${grouped(tried)} edits helped: at that rate the next improvement takes about ${grouped(Math.round(1 / rate))} more, ` +
    `and with 95 % probability at most ${grouped(within)}. The rate falls as a run goes on.`
  );
}
