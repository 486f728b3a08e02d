/**
 * Asks the disk to keep what was written, and makes nobody wait for it: the next request covers all that came meanwhile.
 * A kill loses nothing that was written, with or without this; it is for power cuts.
 */
import { closeSync, fdatasync, fdatasyncSync, openSync } from "node:fs";

export interface BackgroundSync {
  /** Throws what a request failed with: what was written may not be on the disk. */
  requireWorking(): void;
  /** Begins at once, or when the one under way has ended. */
  request(): void;
  /** Waits for the disk once. */
  close(): void;
}

/** `file` has to exist from the first request on. */
export function backgroundSync(file: string): BackgroundSync {
  let descriptor: number | undefined;
  let isUnderWay = false;
  let isWanted = false;
  let isClosed = false;
  let failure: Error | undefined;
  const begin = (on: number): void => {
    [isUnderWay, isWanted] = [true, false];
    fdatasync(on, (error) => {
      isUnderWay = false;
      failure ??= error ?? undefined;
      if (isClosed) closeSync(on);
      else if (isWanted) begin(on);
    });
  };
  return {
    requireWorking() {
      if (failure !== undefined) throw failure;
    },
    request() {
      descriptor ??= openSync(file, "r");
      if (isUnderWay) isWanted = true;
      else begin(descriptor);
    },
    close() {
      if (isClosed || descriptor === undefined) return;
      isClosed = true;
      fdatasyncSync(descriptor);
      // Closed under a sync that still runs, its number could by then be another file's.
      if (!isUnderWay) closeSync(descriptor);
    },
  };
}
