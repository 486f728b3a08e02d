/** Lets a number of calls through at a time; the others wait in the order in which they came. */

export interface Gate {
  pass<T>(work: () => Promise<T>): Promise<T>;
}

export function createGate(width: number): Gate {
  let free = Math.max(1, Math.floor(width));
  const waiting: (() => void)[] = [];
  return {
    async pass(work) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        // A place that is handed on is never free in between.
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
