/**
 * Many failures in a row may be those of the edits, or of the machine: a package that is gone, a device that is lost. The best
 * program tells, since it has run before. Nothing of this is evidence, so nothing enters the journal but the end.
 */
import { StropError } from "../../core/errors.ts";
import { createRandom } from "../../core/numerics/random.ts";
import type { Outcome, OutcomeStatus } from "../../core/trial.ts";
import type { RunState } from "../../journal/state.ts";
import type { Session } from "./session.ts";

/** Failures in a row after which the best program is run again. */
const SUSPICIOUS = 10;
/** Times that it may fail as a program does that fails now and then. */
const TRIES = 3;

const FAILED: ReadonlySet<OutcomeStatus | undefined> = new Set(["crashed", "timed-out"]);

/** Of the trials from number `from` on that have run: how many failed since the last that did not. */
export function failuresInARow({ recent }: Pick<RunState, "recent">, from: number): number {
  const ran = recent.filter(({ trial, outcome }) => trial >= from && outcome?.status !== "invalid");
  return ran.length - 1 - ran.findLastIndex(({ outcome }) => !FAILED.has(outcome?.status));
}

/** Whether so many failures in a row ask for a look, once for every ten of them. */
export function suspicion(): (inARow: number) => boolean {
  let lookedAt = 0;
  return (inARow) => {
    if (inARow < lookedAt) lookedAt = 0;
    if (inARow < lookedAt + SUSPICIOUS) return false;
    lookedAt = inARow;
    return true;
  };
}

/** Runs the best program again. Throws StropError `champion.failed` when it fails, too. */
export async function requireRunning({ journal, executor, signal, state, observer }: Session): Promise<void> {
  const { champion, seed, nextTrial, task } = state();
  if (champion === null) return;
  observer.note?.(
    `${SUSPICIOUS} trials in a row have failed: the best program is run again, to see whether it still does`,
  );
  let outcome: Outcome | undefined;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    outcome = await executor.run({
      files: journal.program(champion.candidate),
      seed: createRandom(seed)
        .fork(`still-runs/${nextTrial}/${attempt}`)
        .integer(2 ** 31),
      label: `still-runs-${nextTrial}-${attempt}`,
      signal,
      stallSeconds: task.judge?.stallSeconds,
    });
    if (!FAILED.has(outcome.status) && outcome.status !== "invalid") return;
  }
  throw new StropError(
    "champion.failed",
    `expected the best program, of trial ${champion.trial}, to run as it did before, found: ${outcome?.status}: ${outcome?.reason}`,
    { hint: "see to what it needs of this machine (packages, data, devices); then the same command goes on" },
  );
}
