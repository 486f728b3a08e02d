/** One attempt at an open trial, from `trial.started` to its verdict or to the contest that will find one. */
import type { Outcome, TrialRecord } from "../core/trial.ts";
import { recordChampion } from "./champion.ts";
import { settleContests } from "./contests.ts";
import { curveRecorder } from "./curve-recorder.ts";
import { judgeOutcome } from "./judge-outcome.ts";
import { withAudit } from "./prune-trial.ts";
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
  finish(session, trial, outcome);
  if (session.state().champion?.trial === trial.trial) await recordChampion(session);
  return outcome;
}

/** Writes the outcome and, in the same transaction, the verdict or the contest that will find one. */
export function finish(session: Session, trial: TrialRecord, outcome: Outcome): void {
  const { journal, state, rule, now, observer } = session;
  const verdict = judgeOutcome(trial, outcome, { state: state(), rule, program: (id) => journal.program(id) });
  const judged = journal.transaction(() => {
    journal.append({ type: "trial.finished", at: now(), trial: trial.trial, outcome, verdict });
    return settleContests(session);
  });
  const record = { ...trial, outcome, verdict };
  if (verdict === null && outcome.status === "scored") observer.trialContested?.(record, state());
  else observer.trialFinished?.(record, state());
  for (const other of judged) observer.trialFinished?.(other, state());
}
