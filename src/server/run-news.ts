/** Follows a run for those who wait for a verdict: moves their tries on, and says in one sentence what goes on. */
import type { TrialRecord } from "../core/trial.ts";
import type { RunState } from "../journal/state.ts";
import type { RunObserver } from "../loop/research/observer.ts";
import type { Try } from "./try.ts";

export interface Watching {
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  tell(news: string): void;
  tryOf(trial: TrialRecord): Try | undefined;
  onOpened(state: RunState): void;
  /** After everything that may have made something else due. */
  onChange(state: RunState): void;
}

const POINT_EVERY_MS = 1_000;

export function runNews({ now, tell, tryOf, onOpened, onChange }: Watching): RunObserver {
  let pointAt = Number.NEGATIVE_INFINITY;
  const update = (trial: TrialRecord, isOver: boolean) => {
    const one = tryOf(trial);
    if (one !== undefined) Object.assign(one, { trial: trial.trial, isOver });
  };
  return {
    opened(state) {
      onOpened(state);
      tell(`${state.run} is open`);
    },
    trialStarted(trial) {
      update(trial, false);
      tell(`${named(trial)} runs`);
    },
    curvePoint(trial, { seconds, loss }) {
      if (now() - pointAt < POINT_EVERY_MS) return;
      pointAt = now();
      tell(`${named(trial)}: loss ${loss.toPrecision(5)} after ${seconds.toFixed(1)} s`);
    },
    trialContested(trial, state) {
      tell(`${named(trial)} scored ${trial.outcome?.score}; it needs more runs before it is judged`);
      onChange(state);
    },
    trialFinished(trial, state) {
      update(trial, trial.outcome?.status !== "interrupted");
      tell(`${named(trial)}: ${trial.verdict?.decision ?? trial.outcome?.status}`);
      onChange(state);
    },
    repeatStarted: (repeat) => tell(`${repeat.name} runs`),
    repeatFinished(repeat, _outcome, state) {
      tell(`${repeat.name} has run`);
      onChange(state);
    },
  };
}

const named = ({ trial }: TrialRecord): string => (trial === 0 ? "the baseline" : `trial ${trial}`);
