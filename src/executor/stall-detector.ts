/**
 * Tells a program that hangs from one that works: it has reported a step and then nothing more is heard of it. Programs
 * that never report are left alone, for silence is their way of working. Wall seconds of the sandbox; no clock of its own.
 */
import type { Budget } from "../core/task.ts";
import type { Usage } from "../sandbox/types.ts";

export interface StallDetector {
  /** A reported step: from the first one on, silence counts. */
  step(now: Usage): void;
  /** Anything else that was printed. */
  heard(now: Usage): void;
  /** How long the silence has lasted, once it is too long. */
  silentSeconds(now: Usage): number | undefined;
}

const LEAST_SECONDS = 30;

/** By default half of T_max of silence is too long, twice that where CPU seconds count, and never less than 30 s. */
export function stallDetector(budget: Budget, limitSeconds = defaultLimit(budget)): StallDetector {
  let last: number | undefined;
  return {
    step: ({ wallSeconds }) => (last = wallSeconds),
    heard: ({ wallSeconds }) => (last = last === undefined ? undefined : wallSeconds),
    silentSeconds: ({ wallSeconds }) => {
      const silence = last === undefined ? 0 : wallSeconds - last;
      return silence > limitSeconds ? silence : undefined;
    },
  };
}

const defaultLimit = ({ trainSeconds, clock }: Budget): number =>
  Math.max(LEAST_SECONDS, clock === "cpu" ? trainSeconds : trainSeconds / 2);
