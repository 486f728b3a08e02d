/** What became of a trial, in a word: for tables and lines. */
import type { TrialRecord } from "../core/trial.ts";

/** `check` where the verdict is still to come. */
export function trialWord({ trial, outcome, verdict }: TrialRecord): string {
  if (outcome === null) return "open";
  if (outcome.status !== "scored") return outcome.status;
  if (trial === 0 && verdict?.decision === "keep") return "baseline";
  return verdict === null ? "check" : verdict.decision;
}
