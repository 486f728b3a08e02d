/** How many of something run at a time. First come, first served; abort leaves the queue. */

export interface Slots {
  /** Resolves to a function that gives the slot back; rejects with the signal's reason. */
  take(signal?: AbortSignal): Promise<() => void>;
  /** Runs `work` in a slot, which is given back when it has settled. */
  hold<T>(work: () => Promise<T>): Promise<T>;
}

/** At most `count` slots are out at a time; at least one is. */
export function slots(count: number): Slots {
  let free = Math.max(1, Math.floor(count));
  const waiting: (() => void)[] = [];
  // A slot that is handed on is never free in between.
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
  const take = async (signal?: AbortSignal): Promise<() => void> => {
    signal?.throwIfAborted();
    if (free > 0) free -= 1;
    else await turn(waiting, signal);
    return once();
  };
  return {
    take,
    async hold(work) {
      const giveBack = await take();
      try {
        return await work();
      } finally {
        giveBack();
      }
    },
  };
}

const turn = (waiting: (() => void)[], signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const leave = () => {
      waiting.splice(waiting.indexOf(enter), 1);
      reject(signal?.reason as Error);
    };
    const enter = () => {
      signal?.removeEventListener("abort", leave);
      resolve();
    };
    waiting.push(enter);
    signal?.addEventListener("abort", leave, { once: true });
  });
