/** A trial whose judge is its own loop (recursion, audit, reprogramming): its seed, and its frame in the journal. */
import { createRandom } from "../core/numerics/random.ts";
import { INTERRUPTED, type Outcome, type TrialRecord, type Verdict } from "../core/trial.ts";
import { failure } from "../executor/outcome.ts";
import type { Journal } from "../journal/journal.ts";

/** A seed of its own for every trial, the same in every repetition of the run. */
export const trialSeed = (runSeed: number, trial: number): number =>
  createRandom(runSeed)
    .fork(`trial/${trial}`)
    .integer(2 ** 31);

export interface OpenTrialOptions {
  readonly journal: Journal;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** All that the trial is, after it started. Rejects with anything when `signal` aborts. */
  work(): Promise<{ readonly outcome: Outcome; readonly verdict: Verdict }>;
}

/** Runs a proposed trial to its end; null when it was interrupted, which the journal then says. Rejects as `work` does. */
export async function runOpenTrial(trial: TrialRecord, options: OpenTrialOptions): Promise<TrialRecord | null> {
  const { journal, signal, now, work } = options;
  const finish = (outcome: Outcome, verdict: Verdict | null): TrialRecord => {
    journal.append({ type: "trial.finished", at: now(), trial: trial.trial, outcome, verdict });
    return { ...trial, outcome, verdict };
  };
  journal.append({ type: "trial.started", at: now(), trial: trial.trial, attempt: trial.attempts + 1 });
  try {
    const { outcome, verdict } = await work();
    return finish(outcome, verdict);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    finish(failure("interrupted", INTERRUPTED), null);
    return null;
  }
}
