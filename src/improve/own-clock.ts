/**
 * The time that an improver uses itself. It stands still while the host works for it, however many calls are under way,
 * so that a slow model is not charged to the program that asks it. Read on the host.
 */

export interface OwnClock {
  /** Does `work` with the clock standing still. */
  waitFor<T>(work: () => Promise<T>): Promise<T>;
  /** Seconds that were not spent waiting. */
  seconds(): number;
  [Symbol.dispose](): void;
}

const LOOK_MS = 1000;
/** More between two looks is no improver's: strop itself stood still (Ctrl-Z). */
const LONGEST_STEP_MS = 2 * LOOK_MS;

/** Starts at once; `onOver` is called when `limitSeconds` are used up, at most once. */
export function startOwnClock(limitSeconds: number, onOver: () => void): OwnClock {
  const limitMs = limitSeconds * 1000;
  let [usedMs, waits, seenAt] = [0, 0, performance.now()];
  let timer: NodeJS.Timeout | undefined;
  let isDone = false;
  const unseenMs = () => Math.min(performance.now() - seenAt, LONGEST_STEP_MS);
  const count = () => {
    usedMs += unseenMs();
    seenAt = performance.now();
  };
  const waitToLook = () => {
    if (!isDone) timer = setTimeout(look, Math.min(Math.max(0, limitMs - usedMs), LOOK_MS));
  };
  const look = () => {
    count();
    if (usedMs < limitMs) return waitToLook();
    isDone = true;
    onOver();
  };
  const go = () => {
    seenAt = performance.now();
    waitToLook();
  };
  const stand = () => {
    count();
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
    seconds: () => (usedMs + (waits === 0 ? unseenMs() : 0)) / 1000,
    [Symbol.dispose]() {
      isDone = true;
      clearTimeout(timer);
    },
  };
}
