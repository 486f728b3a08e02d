/** How many calls start within a minute. First come, first served; abort leaves the queue. */
import type { Clock } from "../clock.ts";

const MINUTE_MS = 60_000;

export interface Pace {
  /** Resolves when a request may start; rejects with the signal's reason. */
  wait(signal: AbortSignal): Promise<void>;
}

export const unpaced: Pace = { wait: () => Promise.resolve() };

/** At most `perMinute` starts within any minute; a fresh one lets that many go at once. */
export function pace(perMinute: number, clock: Clock): Pace {
  const starts: number[] = [];
  return {
    async wait(signal) {
      const now = clock.now();
      const earliest = starts.length < perMinute ? now : starts[starts.length - perMinute]! + MINUTE_MS;
      const start = Math.max(now, earliest);
      starts.push(start);
      if (starts.length > perMinute) starts.shift();
      if (start > now) await clock.sleep(start - now, signal);
    },
  };
}
