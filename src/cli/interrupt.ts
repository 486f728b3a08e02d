/** Ctrl-C: once to finish cleanly, twice to stop at once. */
import { EXIT } from "./exit-code.ts";

export interface Interrupt {
  /** Aborts at the first SIGINT or SIGTERM, and when the terminal that it writes to is closed. */
  readonly signal: AbortSignal;
  stop(): void;
}

/** Node forgets that nohup asked for SIGHUP to be ignored: what writes to no terminal outlives the one it was started from. */
const isWatched = (): boolean => process.stdout.isTTY || process.stderr.isTTY;

/** npm passes a terminal's Ctrl-C on although the terminal has sent it too; the copy is not a second wish. */
const SAME_KEYPRESS_MS = 400;

export function listenForInterrupt(): Interrupt {
  const controller = new AbortController();
  let first = Number.NEGATIVE_INFINITY;
  const listener = () => {
    const now = performance.now();
    if (!controller.signal.aborted) {
      first = now;
      process.stderr.write("\nfinishing: running trials are recorded as interrupted; Ctrl-C again stops at once\n");
      controller.abort(new Error("interrupted by the user"));
    } else if (now - first > SAME_KEYPRESS_MS) {
      process.exit(EXIT.interrupted);
    }
  };
  const listeners = { SIGINT: listener, SIGTERM: listener, SIGHUP: isWatched() ? listener : () => undefined };
  const signals = Object.keys(listeners) as (keyof typeof listeners)[];
  for (const name of signals) process.on(name, listeners[name]);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of signals) process.off(name, listeners[name]);
    },
  };
}
