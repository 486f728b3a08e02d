/**
 * The budget's clock (autoresearch-rl §3.3). It starts at the first reported step, or when the start-up allowance is
 * used up, whichever comes first, so that compiling and loading are free but cannot be stretched. It is read on the
 * host only: wall seconds, or the CPU seconds of the sandbox's process tree.
 */
import type { Budget } from "../core/task.ts";
import type { Usage } from "../sandbox/types.ts";

export interface TrainingClock {
  /** Called at every reported step; the first call starts the clock. */
  step(): void;
  /** Seconds of training so far; 0 before the start. */
  elapsedSeconds(): number;
  /** Seconds left of T_max, never negative. */
  remainingSeconds(): number;
  /** T_max and the grace are both over. */
  isOver(): boolean;
}

/** `usage` is read at each question, so the answers are as fresh as the sandbox's measurement, and exact where they are a score's. */
export function startTrainingClock(budget: Budget, usage: (maxAgeMs?: number) => Usage): TrainingClock {
  let origin: { wall: number; cpu: number } | undefined;
  const begin = (now: Usage) => {
    origin ??= { wall: now.wallSeconds, cpu: now.cpuSeconds };
    return origin;
  };
  const read = (): { elapsed: number; wall: number } => {
    const now = usage();
    if (origin === undefined && now.wallSeconds < budget.startupSeconds) return { elapsed: 0, wall: 0 };
    const from = begin(now);
    const wall = now.wallSeconds - from.wall;
    return { elapsed: budget.clock === "wall" ? wall : now.cpuSeconds - from.cpu, wall };
  };
  return {
    step: () => {
      if (origin === undefined) begin(usage(0));
    },
    elapsedSeconds: () => read().elapsed,
    remainingSeconds: () => Math.max(0, budget.trainSeconds - read().elapsed),
    isOver: () => read().elapsed > budget.trainSeconds + budget.graceSeconds,
  };
}

/**
 * Wall seconds after which a trial is dead whatever it says. A CPU budget may take longer on a busy machine, and a
 * program that sleeps uses no CPU at all: it gets eight times its budget.
 */
export function wallLimitSeconds(budget: Budget): number {
  const stretch = budget.clock === "cpu" ? 8 : 1;
  return budget.startupSeconds + stretch * budget.trainSeconds + budget.graceSeconds;
}
