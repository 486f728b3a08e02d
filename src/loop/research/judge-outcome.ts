/** The verdict on an outcome: the keep rule's decision, and the reward that the proposer learns from. */
import type { ProgramFiles } from "../../core/edit.ts";
import type { Outcome, TrialRecord, Verdict } from "../../core/trial.ts";
import { comparisonIn, spentWithout } from "../../journal/fold/contests.ts";
import type { OpenContest, RunState } from "../../journal/state.ts";
import type { Contest, KeepRule, Ruling } from "../../judge/keep-rule.ts";
import { noiseRuns, scoresOf } from "../../core/contest.ts";
import { knownSpread, missingRuns } from "../../judge/noise.ts";
import { reward } from "../../judge/reward.ts";
import { PATIENCE, secondLookAt } from "../../propose/ensemble/second-look.ts";

export interface JudgeOptions {
  readonly state: RunState;
  readonly rule: KeepRule;
  readonly program: (candidate: string) => ProgramFiles;
}

/** Runs of the baseline, or of a champion far from it, that are missing before `rule` can judge; 0 while there is no baseline at all. */
export function missingNoiseRuns({ noise, champion }: RunState, rule: KeepRule): number {
  if (!rule.needsNoise || champion === null) return 0;
  const runs = noiseRuns(noise);
  return missingRuns(runs.length, scoresOf(runs));
}

/** Null for a trial without a verdict yet: an interrupted one, which will run again, or one that needs more runs. */
export function judgeOutcome(trial: TrialRecord, outcome: Outcome, options: JudgeOptions): Verdict | null {
  if (outcome.status === "interrupted") return null;
  if (outcome.status !== "scored" || outcome.score === null || trial.candidate === null) {
    return verdictOn(
      { ...trial, outcome },
      { decision: "discard", reason: `${outcome.status}: ${outcome.reason}` },
      options,
    );
  }
  const ruling = ruleOn({ record: { ...trial, outcome }, terms: null, candidate: [], champion: [] }, options);
  return ruling === undefined || ruling.decision === "measure"
    ? null
    : verdictOn({ ...trial, outcome }, ruling, options);
}

/** What the rule says of a scored trial now; undefined as long as the noise is not known. */
export function ruleOn(contest: OpenContest, options: JudgeOptions): Ruling | undefined {
  const { state, rule, program } = options;
  const { record } = contest;
  const { champion } = state;
  if (champion === null) return { decision: "keep", reason: "the baseline" };
  if (missingNoiseRuns(state, rule) > 0) return undefined;
  if (record.candidate === champion.candidate) return { decision: "discard", reason: "the champion itself" };
  const fallen = state.recent.find(({ trial }) => trial === champion.insteadOf);
  if (fallen !== undefined && record.parent === fallen.candidate)
    return { decision: "discard", reason: `made of trial ${fallen.trial}, which fails` };
  const comparison = comparisonIn(state);
  return rule.decide({
    direction: state.task.metric.direction,
    comparison,
    candidate: { score: record.outcome?.score ?? Number.NaN, files: program(record.candidate ?? "") },
    champion: { score: champion.score, files: program(champion.candidate) },
    championRuns: champion.runs,
    noise: knownSpread(state.noise, { comparison, unit: champion.score }),
    spent: spentWithout(state, contest),
    patience: secondLookAt(record) === undefined ? 1 : PATIENCE,
    soFar: soFar(contest, champion.trial),
  });
}

/** Pairs count only against the champion of now. */
function soFar({ terms, candidate, champion }: OpenContest, opponent: number): Contest["soFar"] {
  if (terms === null || terms.opponent !== opponent) return undefined;
  const complete = Math.min(candidate.length, champion.length);
  const pairs = Array.from({ length: complete }, (_, i) => ({
    candidate: candidate[i] ?? null,
    champion: champion[i] ?? null,
  }));
  return { purse: terms.purse, level: terms.level, pairs };
}

/** The whole verdict; the reward is paid for the gain in the repeats, where there are any. */
export function verdictOn(
  trial: TrialRecord,
  ruling: Exclude<Ruling, { decision: "measure" }>,
  { state, rule }: JudgeOptions,
): Verdict {
  const { direction } = state.task.metric;
  const { decision, reason, evidence } = ruling;
  const best = state.champion?.score ?? null;
  const outcome = trial.outcome as Outcome;
  const remeasured =
    evidence === undefined || evidence.pairs === 0 || best === null
      ? outcome
      : { ...outcome, score: direction === "minimize" ? best - evidence.gain : best + evidence.gain };
  const { total } = reward({
    outcome: remeasured,
    direction,
    best,
    baseline: state.baselineScore,
    trainSeconds: state.task.budget.trainSeconds,
    edit: trial.edit,
    earlierEdits: state.recent.map((record) => record.edit).filter((edit) => edit !== null),
  });
  const verdict: Verdict = { decision, reason, rule: rule.name, reward: total };
  const opponent = state.champion?.trial;
  return evidence === undefined
    ? verdict
    : { ...verdict, evidence: { ...evidence, ...(opponent !== undefined && { opponent }) } };
}
