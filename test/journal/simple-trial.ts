/** Events of one trial, by hand: for tests that need a run of known shape. */
import type { Outcome, Verdict } from "../../src/core/trial.ts";
import type { RunEvent, TrialFinished, TrialProposed, TrialStarted } from "../../src/journal/events.ts";

export const proposed = (trial: number, over: Partial<TrialProposed> = {}): TrialProposed => ({
  type: "trial.proposed",
  at: 0,
  trial,
  proposer: "tpe",
  description: `edit ${trial}`,
  parent: "b".repeat(16),
  candidate: trial.toString(16).padStart(16, "0"),
  edit: null,
  detail: null,
  seed: trial,
  ...over,
});

export const begun = (trial: number, attempt = 1): TrialStarted => ({ type: "trial.started", at: 0, trial, attempt });

export const outcome = (over: Partial<Outcome> = {}): Outcome => ({
  status: "scored",
  score: 1,
  reason: "",
  selfReported: false,
  metrics: {},
  diagnostics: { wallSeconds: 2, trainSeconds: 1, cpuSeconds: 1, peakMemoryBytes: 2 ** 30, outputTail: "" },
  ...over,
});

const verdict = (decision: Verdict["decision"]): Verdict => ({ decision, rule: "strict", reason: "", reward: 0.5 });

/** Scored and kept or discarded. */
export const scored = (trial: number, score: number, decision: Verdict["decision"] = "discard"): TrialFinished => ({
  type: "trial.finished",
  at: 0,
  trial,
  outcome: outcome({ score }),
  verdict: verdict(decision),
});

export const failed = (trial: number, status: Outcome["status"], reason = "it broke"): TrialFinished => ({
  type: "trial.finished",
  at: 0,
  trial,
  outcome: outcome({ status, score: null, reason }),
  verdict: status === "interrupted" ? null : verdict("discard"),
});

/** Proposed, started and scored. */
export const wholeTrial = (trial: number, score: number, decision: Verdict["decision"] = "discard"): RunEvent[] => [
  proposed(trial),
  begun(trial),
  scored(trial, score, decision),
];
