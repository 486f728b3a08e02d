/**
 * What happens once per champion, after its verdict is safe in the journal: a commit on the run's branch, and the
 * holdout. Both are repeated after a crash until they are done, and doing them twice changes nothing.
 */
import { messageOf } from "../../core/errors.ts";
import type { Champion } from "../../journal/state.ts";
import type { Session } from "./session.ts";

/** Of the champion of now, which may be another before this is over. */
export async function recordChampion(session: Session): Promise<void> {
  const { champion } = session.state();
  if (champion === null) return;
  await session.inTurn(() => commitChampion(session, champion));
  await measureHoldout(session, champion);
}

/** What a kill or the end of a session has left undone. An older champion gets no commit after that of a newer one. */
export async function recordChampions(session: Session): Promise<void> {
  await recordChampion(session);
  for (const champion of session.state().champions) await measureHoldout(session, champion);
}

async function commitChampion({ run, state, journal, observer, inScope }: Session, champion: Champion): Promise<void> {
  const { task } = state();
  const { trial, insteadOf } = champion;
  if (run.git === null || (trial === 0 && insteadOf === undefined)) return;
  const { description } = journal.trial(trial) ?? { description: "" };
  const title = insteadOf === undefined ? description : `Back to trial ${trial}: trial ${insteadOf} fails`;
  try {
    await run.git.commitChampion({
      branch: `strop/${run.run}`,
      files: journal.program(champion.candidate),
      isProgram: inScope,
      ...(insteadOf !== undefined && { insteadOf }),
      message: `${title}\n\n${task.metric.name}: ${champion.score}\nstrop-trial: ${champion.trial}\nstrop-run: ${run.run}`,
    });
  } catch (thrown) {
    observer.note?.(`the champion of trial ${champion.trial} could not be committed: ${messageOf(thrown)}`);
  }
}

async function measureHoldout(
  { run, executor, journal, now, state, signal }: Session,
  champion: Champion,
): Promise<void> {
  const { holdouts, task } = state();
  if (task.holdout === undefined || signal.aborted) return;
  if (holdouts.some((holdout) => holdout.trial === champion.trial)) return;
  const record = journal.trial(champion.trial);
  const outcome = await executor.holdout({
    files: journal.program(champion.candidate),
    seed: record?.seed ?? 0,
    label: `${champion.trial}-holdout-${run.run}`,
    signal,
    stallSeconds: task.judge?.stallSeconds,
  });
  // It may have been deposed meanwhile.
  if (outcome.status === "interrupted" || state().champions.every(({ trial }) => trial !== champion.trial)) return;
  journal.append({
    type: "holdout.measured",
    at: now(),
    trial: champion.trial,
    score: outcome.score,
    reason: outcome.reason,
  });
}
