/**
 * The end of a session's time. Contests may take a fifth longer, and what was begun in that time may end as runs of this program do;
 * what then still runs is cut off like at Ctrl-C: an interrupted attempt has no verdict, and it is made again, first of
 * all, when the run goes on.
 */
import { LONGEST_TIMER_MS } from "../../core/timer.ts";
import { INTERRUPTED, type Outcome } from "../../core/trial.ts";
import type { RunState } from "../../journal/state.ts";

/** Of a session's time, until when it begins pairs of contests. */
export const OVERTIME = 1.2;

/** Of the time that the best program takes, what any may take that runs at the end. */
const GRACE = 2;

export const SESSION_OVER = "the time of this session is over";

const CUT_OFF = "cut off, because the time of the session was over; it is run again when the run goes on";

export interface SessionEnd {
  /** Aborts with the user's signal, or when overtime and grace are over. */
  readonly signal: AbortSignal;
  /** Nothing is cut off any more. */
  forget(): void;
}

/** `sessionMs` from now, of a run whose baseline has scored. */
export function sessionEnd(
  { best }: Pick<RunState, "best">,
  { signal, sessionMs }: { readonly signal: AbortSignal; readonly sessionMs: number },
): SessionEnd {
  const runSeconds = best[0]?.outcome?.diagnostics.wallSeconds ?? 0;
  const ms = OVERTIME * sessionMs + GRACE * runSeconds * 1000;
  if (ms > LONGEST_TIMER_MS) return { signal, forget: () => {} };
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(CUT_OFF), ms);
  return { signal: AbortSignal.any([signal, over.signal]), forget: () => clearTimeout(timer) };
}

/** Why a run ends whose `signal` aborted. */
export const abortReason = ({ reason }: AbortSignal): string => (reason === CUT_OFF ? SESSION_OVER : INTERRUPTED);

/** The outcome, saying so if it was the session's end that interrupted it. */
export const withReason = (outcome: Outcome, { reason }: AbortSignal): Outcome =>
  outcome.status === "interrupted" && reason === CUT_OFF ? { ...outcome, reason } : outcome;
