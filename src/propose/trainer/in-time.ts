/** Waits for a worker, but not for ever. */
import { StropError } from "../../core/errors.ts";

export interface Patience {
  readonly signal: AbortSignal;
  /** Wall milliseconds; default one hour. */
  readonly requestMs?: number;
}

/** Rejects with `trainer.timed-out` or the signal's reason. Whoever calls closes the worker that did not answer. */
export async function inTime<T>(reply: Promise<T>, { signal, requestMs = 3_600_000 }: Patience): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(timedOut(requestMs)), requestMs);
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  reply.catch(() => undefined);
  try {
    return await Promise.race([reply, promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}

const timedOut = (requestMs: number): StropError =>
  new StropError(
    "trainer.timed-out",
    `expected the trainer's worker to answer within ${requestMs / 1000} s, found silence`,
    { hint: "choose a smaller model, prompt or answer, or a faster device" },
  );

/** What the worker wrote last, as the end of a message; "" if nothing. */
export const lastWords = (log: string): string =>
  log === "" ? "" : `\n\nIt wrote last:\n${log.split("\n").slice(-12).join("\n")}`;
