/** Collects curve points and hands them on in chunks, so that a chatty program does not cost a write per step. */
import type { CurvePoint } from "../core/trial.ts";

const CHUNK = 64;

export function curveRecorder(write: (points: readonly CurvePoint[]) => void): {
  add(point: CurvePoint): void;
  flush(): void;
} {
  let waiting: CurvePoint[] = [];
  const flush = () => {
    if (waiting.length > 0) write(waiting);
    waiting = [];
  };
  return {
    flush,
    add: (point) => {
      waiting.push(point);
      if (waiting.length >= CHUNK) flush();
    },
  };
}
