/**
 * The time that an improver uses itself. It stands still while the host works for it, however many calls are under way,
 * so that a slow model is not charged to the program that asks it. Read on the host.
 */
import { LONGEST_TIMER_MS } from "../core/timer.ts";

export interface OwnClock {
  /** Does `work` with the clock standing still. */
  waitFor<T>(work: () => Promise<T>): Promise<T>;
  /** Seconds that were not spent waiting. */
  seconds(): number;
  [Symbol.dispose](): void;
}

/** Starts at once; `onOver` is called when `limitSeconds` are used up, at most once. */
export function startOwnClock(limitSeconds: number, onOver: () => void): OwnClock {
  let usedMs = 0;
  let waits = 0;
  let startedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const go = () => {
    startedAt = performance.now();
    if (!isStopped) timer = setTimeout(onOver, Math.min(Math.max(0, limitSeconds * 1000 - usedMs), LONGEST_TIMER_MS));
  };
  const stand = () => {
    usedMs += performance.now() - startedAt;
    clearTimeout(timer);
  };
  go();
  return {
    async waitFor(work) {
      if (waits++ === 0) stand();
      try {
        return await work();
      } finally {
        if (--waits === 0) go();
      }
    },
    seconds: () => (usedMs + (waits === 0 ? performance.now() - startedAt : 0)) / 1000,
    [Symbol.dispose]() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
