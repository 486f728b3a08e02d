/**
 * Collects curve points and hands them on in chunks, so that a chatty program does not cost a write per step. A chunk that cannot
 * be written waits for the last one: `add` is called by what the program prints, and it is no fault of the program's.
 */
import type { CurvePoint } from "../core/trial.ts";

const CHUNK = 64;

export function curveRecorder(write: (points: readonly CurvePoint[]) => void): {
  /** Never throws. */
  add(point: CurvePoint): void;
  /** Throws what `write` throws. */
  flush(): void;
} {
  let waiting: CurvePoint[] = [];
  let isRefused = false;
  const flush = () => {
    if (waiting.length > 0) write(waiting);
    waiting = [];
  };
  return {
    flush,
    add: (point) => {
      waiting.push(point);
      if (isRefused || waiting.length < CHUNK) return;
      try {
        flush();
      } catch {
        // Tried once more by the last flush, which says so.
        isRefused = true;
      }
    },
  };
}
