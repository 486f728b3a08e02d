/** A queue that its one reader waits at: until something comes, it is woken, the inbox is closed, or nothing came for long. */

export interface Inbox<T> {
  put(item: T): void;
  /** The next item; null when there will be none, or when `wake` was called. One reader at a time. */
  take(signal: AbortSignal): Promise<T | null>;
  /** Sends a waiting reader away without an item. */
  wake(): void;
  open(): void;
  /** Readers get null; items stay. */
  close(): void;
  /** True after `close`, and after a reader waited for `idleMs` in vain. */
  isClosed(): boolean;
  /** Items that nobody has taken. */
  waiting(): readonly T[];
  /** Removes and returns them. */
  clear(): readonly T[];
}

export function inbox<T>(idleMs: number): Inbox<T> {
  const items: T[] = [];
  let isClosed = false;
  let hand: ((item: T | null) => void) | undefined;
  const close = () => {
    isClosed = true;
    hand?.(null);
  };
  const next = (signal: AbortSignal) =>
    new Promise<T | null>((resolve) => {
      const onAbort = () => hand?.(null);
      const timer = setTimeout(close, idleMs);
      signal.addEventListener("abort", onAbort, { once: true });
      hand = (item) => {
        hand = undefined;
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        resolve(item);
      };
    });
  return {
    put(item) {
      if (hand === undefined) items.push(item);
      else hand(item);
    },
    take: async (signal) => (isClosed || signal.aborted ? null : (items.shift() ?? next(signal))),
    wake: () => hand?.(null),
    open: () => {
      isClosed = false;
    },
    close,
    isClosed: () => isClosed,
    waiting: () => items,
    clear: () => items.splice(0),
  };
}
