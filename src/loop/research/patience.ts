/**
 * How long a run that has nobody else to ask waits for models that answered before and do not now: an overloaded server,
 * or a limit of requests per hour, ends no night.
 */
const FIRST_MS = 1_000;
const LONGEST_MS = 120_000;
/** Of a run that has no end of its own. */
const IN_ALL_MS = 3_600_000;

/** Milliseconds to wait before asking for trial `trial` once more; undefined when that has been tried for long enough. */
export type Patience = (trial: number, leftMs: number) => number | undefined;

/** Waits twice as long each time, until another trial is asked for. `leftMs`: of the session and the run; Infinity for no limit. */
export function patience(): Patience {
  let [asked, waits, waitedMs] = [-1, 0, 0];
  return (trial, leftMs) => {
    if (trial !== asked) [asked, waits, waitedMs] = [trial, 0, 0];
    if (waitedMs >= IN_ALL_MS && leftMs === Number.POSITIVE_INFINITY) return undefined;
    const ms = Math.max(0, Math.min(LONGEST_MS, FIRST_MS * 2 ** waits, leftMs));
    waits += 1;
    waitedMs += ms;
    return ms;
  };
}
