/**
 * Self-evaluation of running trials: gives each trial its pruner, what it may know, and its draw for the audit. All of it
 * follows from the journal as it was when the trial started, so a resumed run decides the same.
 */
import { createRandom } from "../core/numerics/random.ts";
import type { Direction, JudgeSettings } from "../core/task.ts";
import type { Outcome, TrialRecord } from "../core/trial.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunState } from "../journal/state.ts";
import { trajectoryOf } from "../judge/forecast/trajectory.ts";
import type { PastTrial, Pruner } from "../judge/pruner.ts";
import { createPruner } from "../judge/pruners/create-pruner.ts";
import { AUDITED_STOP } from "../judge/stopping-report.ts";
import { type TrialWatch, watchTrial } from "../judge/watch-trial.ts";

export interface TrialPruning {
  /** Before the trial runs. */
  watch(trial: TrialRecord, state: RunState): TrialWatch;
}

const DEFAULT_CHECKS = 20;
const DEFAULT_AUDIT = 0.05;

export function trialPruning(journal: Journal): TrialPruning {
  let known = new Map<number, PastTrial>();
  let pruner: Pruner | undefined;
  return {
    watch(trial, state) {
      const { budget, metric } = state.task;
      const judge: Partial<JudgeSettings> = state.task.judge ?? {};
      pruner ??= createPruner(judge.pruner ?? "self-evaluation", judge);
      const grid = { trainSeconds: budget.trainSeconds, checks: judge.checks ?? DEFAULT_CHECKS };
      // Of the state at the start, whenever it is asked for: the curves of finished trials do not change.
      const past = () => {
        const finished = finishedTrials(state).map(
          (record) =>
            known.get(record.trial) ?? {
              trial: record.trial,
              trajectory: trajectoryOf(journal.curve(record.trial), grid),
              final: finalOf(record.outcome, metric.direction),
            },
        );
        known = new Map(finished.map((one) => [one.trial, one]));
        return finished;
      };
      return watchTrial({
        trial: trial.trial,
        pruner,
        grid,
        past,
        incumbent: state.champion === null ? null : regret(state.champion.score, metric.direction),
        audit: judge.audit ?? DEFAULT_AUDIT,
        random: createRandom(state.seed).fork(`audit/${trial.trial}`),
      });
    },
  };
}

/** The outcome with the stop that was not carried out, if there was one; a program cannot claim one. */
export function withAudit(outcome: Outcome, watch: TrialWatch): Outcome {
  const { [AUDITED_STOP]: claimed, ...metrics } = outcome.metrics;
  const audited = watch.audited();
  if (audited === undefined) return claimed === undefined ? outcome : { ...outcome, metrics };
  return { ...outcome, metrics: { ...metrics, [AUDITED_STOP]: audited.seconds } };
}

/** Trials that ran, by number: those of the window and, from before it, the best. */
function finishedTrials({ recent, best }: RunState): TrialRecord[] {
  const byTrial = new Map([...best, ...recent].map((record) => [record.trial, record]));
  return [...byTrial.values()]
    .filter(({ outcome }) => outcome !== null && outcome.status !== "invalid")
    .sort((a, b) => a.trial - b.trial);
}

const finalOf = (outcome: Outcome | null, direction: Direction): number | null =>
  outcome === null || outcome.score === null ? null : regret(outcome.score, direction);

/** Lower is better, whatever the direction. */
const regret = (score: number, direction: Direction): number => (direction === "minimize" ? score : -score);
