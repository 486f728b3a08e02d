/** Turns: how many calls run at a time, and how many start within a minute. First come, first served; abort leaves the queue. */
import type { Clock } from "./clock.ts";

const MINUTE_MS = 60_000;

export interface Slots {
  /** Resolves to a function that gives the slot back; rejects with the signal's reason. */
  take(signal: AbortSignal): Promise<() => void>;
}

/** At most `count` slots are out at a time. */
export function slots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  const release = () => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  const once = () => {
    let isHeld = true;
    return () => {
      if (isHeld) release();
      isHeld = false;
    };
  };
  return {
    async take(signal) {
      signal.throwIfAborted();
      if (free > 0) {
        free -= 1;
        return once();
      }
      await new Promise<void>((resolve, reject) => {
        const leave = () => {
          waiting.splice(waiting.indexOf(enter), 1);
          reject(signal.reason as Error);
        };
        const enter = () => {
          signal.removeEventListener("abort", leave);
          resolve();
        };
        waiting.push(enter);
        signal.addEventListener("abort", leave, { once: true });
      });
      return once();
    },
  };
}

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
