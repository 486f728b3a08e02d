/** Whether a champion fails where those before it did not: kept on the seeds on which it was tried, and wrong on others. */

interface Runs {
  /** With a score. */
  readonly fresh: number;
  /** Whose result was refused. */
  readonly failed?: number;
}

/** One failure may be the machine's. */
const LEAST = 2;
/** So many times as often as the others must it fail. */
const FACTOR = 2;

/** `before`: the champions before it, the baseline first. Their share of failures counts half a failure that was not seen. */
export function isBroken({ fresh, failed = 0 }: Runs, before: readonly Runs[]): boolean {
  const failedBefore = before.reduce((sum, one) => sum + (one.failed ?? 0), 0);
  const runsBefore = before.reduce((sum, one) => sum + one.fresh, failedBefore);
  return failed >= LEAST && failed / (failed + fresh) > (FACTOR * (failedBefore + 0.5)) / (runsBefore + 1);
}
