/** Ctrl-C: once to finish cleanly, twice to stop at once. */
import { EXIT } from "./exit-code.ts";

export interface Interrupt {
  /** Aborts at the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  stop(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

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
  for (const name of SIGNALS) process.on(name, listener);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of SIGNALS) process.off(name, listener);
    },
  };
}
