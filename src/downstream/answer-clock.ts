/**
 * Times one answer after the other, outside of the sandbox. Late is who has used more than the limit both by the wall
 * and by the CPU: on an idle machine the two agree, on a busy one the wall also counts the others' work, and nobody can
 * compute without using the CPU. Who sleeps is ended by the wall alone, far later.
 */

export interface AnswerClock {
  /** Starts to time the next answer. */
  start(limitMs: number): void;
  /** Milliseconds that the answer is charged, and whether that is too much. */
  stop(): { readonly chargedMs: number; readonly isLate: boolean };
}

export interface ClockOptions {
  /** CPU milliseconds of the process so far; asked for only when the wall says late, and once per answer. */
  readonly cpuMs: () => number;
  /** Contract: ends the process. Called at most once per answer. */
  readonly onLate: () => void;
}

/** CPU time is counted in ticks of 10 ms, and may have been read 5 ms ago. */
const CPU_SLACK_MS = 20;
const [SLEEP_FACTOR, SLEEP_MS] = [10, 1000];
const SHORTEST_WAIT_MS = 5;

export function createAnswerClock({ cpuMs, onLate }: ClockOptions): AnswerClock {
  let [wallMs, seenAt, cpuBefore, limitMs] = [0, 0, 0, 0];
  let timer: NodeJS.Timeout | undefined;
  const read = () => {
    // More between two looks is no solution's: strop itself stood still (Ctrl-Z).
    wallMs += Math.min(performance.now() - seenAt, limitMs + SLEEP_MS);
    seenAt = performance.now();
    if (wallMs <= limitMs) return { chargedMs: wallMs, isLate: false };
    const usedMs = Math.min(wallMs, Math.max(0, cpuMs() - cpuBefore - CPU_SLACK_MS));
    return { chargedMs: usedMs, isLate: usedMs > limitMs || wallMs > SLEEP_FACTOR * limitMs + SLEEP_MS };
  };
  const look = () => {
    const { chargedMs, isLate } = read();
    if (isLate) onLate();
    else timer = setTimeout(look, Math.max(SHORTEST_WAIT_MS, limitMs - chargedMs));
  };
  return {
    start(nextLimitMs) {
      limitMs = nextLimitMs;
      cpuBefore = cpuMs();
      [wallMs, seenAt] = [0, performance.now()];
      timer = setTimeout(look, limitMs + 1);
    },
    stop() {
      clearTimeout(timer);
      return read();
    },
  };
}
