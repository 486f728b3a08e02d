/** One attempt at an open trial, from `trial.started` to its verdict or to the contest that will find one. */
import type { Outcome, TrialRecord } from "../../core/trial.ts";
import { recordChampion } from "./champion.ts";
import { settleContests } from "./contests.ts";
import { curveRecorder } from "../curve-recorder.ts";
import { judgeOutcome } from "./judge-outcome.ts";
import { withAudit } from "../prune-trial.ts";
import { withReason } from "./session-end.ts";
import type { Session } from "./session.ts";

/** Begins the next attempt at an open trial; returns the trial as it is then. */
export function startTrial({ journal, now }: Session, { trial, attempts, ...rest }: TrialRecord): TrialRecord {
  journal.append({ type: "trial.started", at: now(), trial, attempt: attempts + 1 });
  return { ...rest, trial, attempts: attempts + 1 };
}

/** Runs the attempt that `trial.started` has begun. */
export async function runTrial(session: Session, trial: TrialRecord): Promise<Outcome> {
  const { journal, observer, executor, signal } = session;
  observer.trialStarted?.(trial, session.state());
  const curve = curveRecorder((points) => journal.appendCurve(trial.trial, trial.attempts, points));
  const watch = session.pruning.watch(trial, session.state());
  const finished = await executor.run({
    files: journal.program(trial.candidate ?? session.state().baseline),
    seed: trial.seed,
    label: `${trial.trial}-${trial.attempts}`,
    signal,
    onCurve: (point) => {
      curve.add(point);
      observer.curvePoint?.(trial, point);
    },
    shouldStop: (points) => watch.observe(points),
    stallSeconds: session.state().task.judge?.stallSeconds,
  });
  const outcome = withReason(withAudit(finished, watch), signal);
  curve.flush();
  const written = journal.transaction(() => writeOutcome(session, trial, outcome));
  tell(session, written);
  if (session.state().champion?.trial === trial.trial) await recordChampion(session);
  return outcome;
}

/**
 * Writes the outcome and the verdict or the contest that will find one. Contract: within a transaction. Returns the trial, and
 * those whose contests end by the way: the observer is told when they are in the journal.
 */
export function writeOutcome(session: Session, trial: TrialRecord, outcome: Outcome): readonly TrialRecord[] {
  const { journal, state, rule, now } = session;
  const verdict = judgeOutcome(trial, outcome, { state: state(), rule, program: (id) => journal.program(id) });
  journal.append({ type: "trial.finished", at: now(), trial: trial.trial, outcome, verdict });
  return [{ ...trial, outcome, verdict }, ...settleContests(session)];
}

/** Tells the observer of trials that are in the journal: those that ended, and those that need more runs. */
export function tell({ observer, state }: Session, written: readonly TrialRecord[]): void {
  for (const record of written) {
    if (record.verdict === null && record.outcome?.status === "scored") observer.trialContested?.(record, state());
    else observer.trialFinished?.(record, state());
  }
}
