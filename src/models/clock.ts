/** Time as an argument, so that waiting is tested without waiting. */
import { setTimeout as timer } from "node:timers/promises";

export interface Clock {
  /** Milliseconds, monotonic, from an arbitrary origin. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  async sleep(ms, signal) {
    await timer(ms, undefined, { signal });
  },
};
