/**
 * What early stopping cost and gave in a run (autoresearch-rl §5.2): p_bad, μ_abort, the gain in throughput as measured
 * and as eq. 9 predicts it, and how often the audit found that a stop would have been wrong. A pure fold over the trials.
 */
import { isBetter } from "../core/metric.ts";
import { type Interval, mean, sum, wilsonInterval } from "../core/numerics/stats.ts";
import type { Direction } from "../core/task.ts";
import type { TrialRecord } from "../core/trial.ts";

/** Name under which an outcome's metrics hold the training seconds at which a trial would have been stopped. */
export const AUDITED_STOP = "strop_audited_stop_seconds";

export interface StoppingReport {
  /** Trials that ran until they scored or were stopped. */
  readonly executed: number;
  readonly stopped: number;
  /** Would-be stops that ran to their end. */
  readonly audited: number;
  /** p_bad: share of executed trials that were stopped or would have been. NaN without any. */
  readonly badShare: number;
  /** μ_abort: mean share of a full run spent before a stop. NaN without any. */
  readonly abortShare: number;
  /** Seconds on the budget's clock that the stops left unused. */
  readonly savedSeconds: number;
  /** G: seconds that full runs would have taken over seconds taken. 1 without stops. */
  readonly gain: number;
  /** Eq. 9: 1 / (1 − p_bad·(1 − μ_abort)). */
  readonly predictedGain: number;
  /** Audited trials that then beat the champion of their time: stops that would have been wrong. */
  readonly falseAborts: number;
  /** Wilson 95 % interval of falseAborts / audited. */
  readonly falseAbortRate: Interval;
}

/** Adds up a run trial by trial, so that no list of them is needed. */
export interface StoppingTally {
  /** In order of their numbers. The baseline and what was not executed count for nothing. */
  add(trial: Pick<TrialRecord, "trial" | "outcome" | "verdict">): void;
  report(): StoppingReport;
}

export function stoppingTally(direction: Direction): StoppingTally {
  const full: number[] = [];
  const stops: number[] = [];
  const auditedAt: number[] = [];
  let falseAborts = 0;
  let champion: number | null = null;
  return {
    add({ trial, outcome, verdict }) {
      if (outcome === null) return;
      const { status, score, metrics, diagnostics } = outcome;
      if (status === "stopped-early" && trial > 0) stops.push(diagnostics.trainSeconds);
      if (status !== "scored" || score === null) return;
      const wouldStop = metrics[AUDITED_STOP];
      if (trial > 0) full.push(diagnostics.trainSeconds);
      if (wouldStop !== undefined) {
        auditedAt.push(wouldStop);
        if (champion !== null && isBetter(direction, score, champion)) falseAborts++;
      }
      if (verdict?.decision === "keep") champion = score;
    },
    report: () => summary({ full, stops, auditedAt, falseAborts }),
  };
}

/** The tally of all `trials`, in order of their numbers. */
export function stoppingReport(
  trials: Iterable<Pick<TrialRecord, "trial" | "outcome" | "verdict">>,
  direction: Direction,
): StoppingReport {
  const tally = stoppingTally(direction);
  for (const trial of trials) tally.add(trial);
  return tally.report();
}

function summary(seen: { full: number[]; stops: number[]; auditedAt: number[]; falseAborts: number }): StoppingReport {
  const { full, stops, auditedAt, falseAborts } = seen;
  const executed = full.length + stops.length;
  const fullSeconds = mean(full);
  const saved = stops.map((seconds) => Math.max(0, fullSeconds - seconds)).filter(Number.isFinite);
  const used = sum(full) + sum(stops);
  const badShare = executed === 0 ? Number.NaN : (stops.length + auditedAt.length) / executed;
  const abortShare = mean([...stops, ...auditedAt].map((seconds) => Math.min(1, seconds / fullSeconds)));
  return {
    executed,
    stopped: stops.length,
    audited: auditedAt.length,
    badShare,
    abortShare,
    savedSeconds: sum(saved),
    gain: used > 0 ? (used + sum(saved)) / used : 1,
    predictedGain: stops.length + auditedAt.length === 0 ? 1 : 1 / (1 - badShare * (1 - abortShare)),
    falseAborts,
    falseAbortRate: wilsonInterval(falseAborts, auditedAt.length),
  };
}
