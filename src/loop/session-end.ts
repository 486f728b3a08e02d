/**
 * The end of a session's time. What runs then may take a fifth longer; after that it is cut off like at Ctrl-C: an
 * interrupted attempt has no verdict, and it is made again, first of all, when the run goes on.
 */
import { INTERRUPTED } from "../core/trial.ts";
import type { Outcome } from "../core/trial.ts";

/** Of a session's time, what it may take in all. */
export const OVERTIME = 1.2;

export const SESSION_OVER = "the time of this session is over";

/** Longer timers fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const CUT_OFF = "cut off, because the time of the session was over; it is run again when the run goes on";

export interface SessionEnd {
  /** Aborts with the user's signal, or when the overtime is over. */
  readonly signal: AbortSignal;
  /** Nothing is cut off any more. */
  forget(): void;
}

/** `sessionMs` from now. */
export function sessionEnd({ signal, sessionMs }: { signal: AbortSignal; sessionMs: number }): SessionEnd {
  const ms = OVERTIME * sessionMs;
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
