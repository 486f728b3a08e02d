/**
 * Watches one running trial: the training clock, the learning curve and everything that may end it early.
 * It decides nothing about scores. The sandbox enforces its own limits beside this.
 */
import type { Budget } from "../core/task.ts";
import type { CurvePoint, Outcome } from "../core/trial.ts";
import type { Execution, Usage } from "../sandbox/types.ts";
import { startTrainingClock, type TrainingClock } from "./training-clock.ts";
import { stallDetector } from "./stall-detector.ts";
import type { TrialRequest } from "./types.ts";

const POLL_MS = 50;
/** Points of a curve after which only every second step is one, after as many more every fourth, and so on: a flood of reports is cheap. */
const DENSE_POINTS = 65_536;

export interface Ending {
  readonly status: Exclude<Outcome["status"], "scored">;
  readonly reason: string;
}

export interface Supervisor {
  /** Give this to the job. */
  readonly signal: AbortSignal;
  readonly clock: TrainingClock;
  /** Call when the job has started; before that, usage reads as zero. */
  attach(execution: Execution): void;
  /** A reported step: starts the clock, records the point unless there are very many, and may stop the trial. */
  step(loss: number): void;
  /** The program printed something: it is alive. */
  heard(): void;
  end(ending: Ending): void;
  /** Why the supervisor ended the trial, if it did. */
  ending(): Ending | undefined;
  [Symbol.dispose](): void;
}

const NOTHING_USED: Usage = { wallSeconds: 0, cpuSeconds: 0, memoryBytes: 0 };

export function supervise(budget: Budget, request: TrialRequest): Supervisor {
  const controller = new AbortController();
  const curve: CurvePoint[] = [];
  let skipped = 0;
  let execution: Execution | undefined;
  let ending: Ending | undefined;
  const clock = startTrainingClock(budget, (maxAgeMs) => execution?.usage(maxAgeMs) ?? NOTHING_USED);
  const end = (because: Ending) => {
    ending ??= because;
    controller.abort(ending.reason);
  };
  const interrupt = () => end({ status: "interrupted", reason: "strop was interrupted while this trial ran" });
  if (request.signal.aborted) interrupt();
  request.signal.addEventListener("abort", interrupt, { once: true });
  const stalled = stallDetector(budget, request.stallSeconds);
  const timer = setInterval(() => {
    const silence = stalled.silentSeconds(execution?.usage() ?? NOTHING_USED);
    if (silence !== undefined && clock.remainingSeconds() > 0) {
      end({
        status: "stopped-early",
        reason: `stalled: it had begun to train, then nothing was heard of it for ${Math.round(silence)} s`,
      });
    }
    if (clock.isOver()) end({ status: "timed-out", reason: overtime(budget) });
  }, POLL_MS);
  return {
    signal: controller.signal,
    clock,
    end,
    ending: () => ending,
    attach: (started) => (execution = started),
    heard: () => stalled.heard(execution?.usage() ?? NOTHING_USED),
    step: (loss) => {
      clock.step();
      stalled.step(execution?.usage() ?? NOTHING_USED);
      skipped += 1;
      if (skipped < 2 ** Math.floor(curve.length / DENSE_POINTS)) return;
      skipped = 0;
      const point = { seconds: clock.elapsedSeconds(), loss };
      curve.push(point);
      request.onCurve?.(point);
      const reason = request.shouldStop?.(curve);
      if (reason !== undefined) end({ status: "stopped-early", reason });
    },
    [Symbol.dispose]: () => {
      clearInterval(timer);
      request.signal.removeEventListener("abort", interrupt);
    },
  };
}

const overtime = (budget: Budget): string =>
  `still running ${budget.graceSeconds} s after its ${budget.trainSeconds} s of training (${budget.clock} clock) were over`;
