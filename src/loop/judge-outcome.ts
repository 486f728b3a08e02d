/** The verdict on an outcome: the keep rule's decision, and the reward that the proposer learns from. */
import type { ProgramFiles } from "../core/edit.ts";
import type { Outcome, TrialRecord, Verdict } from "../core/trial.ts";
import type { RunState } from "../journal/state.ts";
import type { KeepRule } from "../judge/keep-rule.ts";
import { reward } from "../judge/reward.ts";

export interface JudgeOptions {
  readonly state: RunState;
  readonly rule: KeepRule;
  readonly program: (candidate: string) => ProgramFiles;
}

/** Null for an interrupted trial: there is nothing to judge, and it will run again. */
export function judgeOutcome(trial: TrialRecord, outcome: Outcome, options: JudgeOptions): Verdict | null {
  if (outcome.status === "interrupted") return null;
  const { state, rule } = options;
  const { direction } = state.task.metric;
  const decided = decide(trial, outcome, options);
  return {
    ...decided,
    rule: rule.name,
    reward: reward({
      outcome,
      direction,
      best: state.champion?.score ?? null,
      baseline: state.baselineScore,
      trainSeconds: state.task.budget.trainSeconds,
      edit: trial.edit,
      earlierEdits: state.recent.map((record) => record.edit).filter((edit) => edit !== null),
    }).total,
  };
}

function decide(trial: TrialRecord, outcome: Outcome, options: JudgeOptions): Pick<Verdict, "decision" | "reason"> {
  const { state, rule, program } = options;
  if (outcome.status !== "scored" || outcome.score === null || trial.candidate === null) {
    return { decision: "discard", reason: `${outcome.status}: ${outcome.reason}` };
  }
  if (state.champion === null) return { decision: "keep", reason: "the baseline" };
  return rule.decide({
    direction: state.task.metric.direction,
    candidate: { score: outcome.score, files: program(trial.candidate) },
    champion: { score: state.champion.score, files: program(state.champion.candidate) },
  });
}
