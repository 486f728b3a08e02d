/** What a run's history says: which trial each program was made from, as far as it goes back, and which came out best. */
import { gain } from "../../core/metric.ts";
import type { TrialRecord } from "../../core/trial.ts";
import type { ProposerContext } from "../types.ts";

/** The first trial that ran the program which this one changed. */
export const parentOf = (
  { parent, trial }: Pick<TrialRecord, "parent" | "trial">,
  { history }: Pick<ProposerContext, "history">,
): TrialRecord | undefined =>
  parent === null ? undefined : history.find((record) => record.candidate === parent && record.trial < trial);

/** The trials whose edits the champion holds, oldest first, the baseline aside. */
export function lineOf({ champion, history }: Pick<ProposerContext, "champion" | "history">): readonly TrialRecord[] {
  const line: TrialRecord[] = [];
  let at = history.findLast(({ trial }) => trial === champion.trial);
  while (at !== undefined && at.trial > 0) {
    line.unshift(at);
    at = parentOf(at, { history });
  }
  return line;
}

/** Scored trials, best first; at an equal score, the earlier. */
export const bestTrials = ({ history, direction }: Pick<ProposerContext, "history" | "direction">): TrialRecord[] =>
  history
    .filter(({ outcome }) => outcome !== null && outcome.score !== null)
    .toSorted((a, b) => gain(direction, b.outcome?.score ?? 0, a.outcome?.score ?? 0) || a.trial - b.trial);
