/** One repeat, from `repeat.started` to everything that follows from its outcome. */
import { createRandom } from "../../core/numerics/random.ts";
import type { Repeat } from "../../journal/events.ts";
import { recordChampion } from "./champion.ts";
import { settleContests } from "./contests.ts";
import { dueChampionRun, type DueRepeat, dueRepeats } from "./due-repeats.ts";
import { withReason } from "./session-end.ts";
import type { Session } from "./session.ts";

/** Runs it, and writes its outcome with everything that follows from it. */
export async function runRepeat(session: Session, due: DueRepeat): Promise<void> {
  const { journal, executor, signal, state, now, observer } = session;
  const { of, side, index } = due;
  const repeat: Repeat = { of, side, index };
  // Both sides of a pair get the same seed: what the seed decides for both alike cancels out.
  const seed = createRandom(state().seed)
    .fork(`repeat/${typeof of === "number" ? `${of}/${index}` : due.name}`)
    .integer(2 ** 31);
  journal.append({ type: "repeat.started", at: now(), repeat, seed });
  observer.repeatStarted?.(due, state());
  const finished = await executor.run({
    files: journal.program(due.candidate),
    seed,
    label: due.name,
    signal,
    stallSeconds: state().task.judge?.stallSeconds,
  });
  const outcome = withReason(finished, signal);
  const before = state().champion?.trial;
  const isDue = [...dueRepeats(state(), session.rule), ...dueChampionRun(state(), session.rule)].some(
    ({ name }) => name === due.name,
  );
  // The contest may have ended meanwhile, or begun anew with another champion.
  const judged =
    outcome.status === "interrupted" || !isDue
      ? []
      : journal.transaction(() => {
          journal.append({ type: "repeat.finished", at: now(), repeat, outcome });
          return settleContests(session);
        });
  observer.repeatFinished?.(due, outcome, state());
  for (const trial of judged) observer.trialFinished?.(trial, state());
  if (state().champion?.trial !== before) await recordChampion(session);
}
