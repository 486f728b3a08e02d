/** The counts of a run in one line, and how fast it goes. Shared by progress, status and the closing words. */
import { OVERTIME } from "../../loop/research/session-end.ts";
import { executedTrials, hoursLeft, keptEdits } from "../../loop/stop.ts";
import type { RunState } from "../../journal/state.ts";
import { formatDuration, grouped } from "../../report/format.ts";
import { leftMs } from "./eta.ts";

/** For `--json`: the numbers of the line below. Scored are the baseline, the kept and the discarded. */
export const countsJson = (state: RunState): Record<string, number> => ({
  ...state.counts,
  kept: keptEdits(state),
  discarded: state.counts.scored - state.counts.kept,
  undecided: state.contests.length,
});

export function tally(state: RunState): string {
  const { counts } = state;
  const parts: [number, string][] = [
    [keptEdits(state), "kept"],
    [counts.scored - counts.kept, "discarded"],
    [counts.invalid, "invalid"],
    [counts["stopped-early"], "stopped"],
    [counts.crashed, "crashed"],
    [counts["timed-out"], "timed out"],
    [state.contests.length, "in question"],
  ];
  const always = new Set(["kept", "discarded", "invalid", "stopped"]);
  return parts
    .filter(([n, word]) => n > 0 || always.has(word))
    .map(([n, word]) => `${grouped(n)} ${word}`)
    .join(", ");
}

export interface Pace {
  readonly trialsPerMinute: number;
  /** Undefined when the run has no end in sight. */
  readonly etaMs: number | undefined;
  /** Past all overtime: what may not be cut off takes as long as its own limits allow. */
  readonly isLate: boolean;
}

export interface SessionSoFar {
  readonly doneBefore: number;
  readonly elapsedMs: number;
  /** Since the last trial was done. */
  readonly sinceMs: number;
  /** The session's limit. */
  readonly sessionMs: number;
}

export function pace(state: RunState, session: SessionSoFar): Pace {
  const done = executedTrials(state) - session.doneBefore;
  const perMs = session.elapsedMs > 0 ? done / session.elapsedMs : 0;
  const { trials } = state.task.stop;
  const { sessionMs, elapsedMs, sinceMs } = session;
  const limits = [(elapsedMs > sessionMs ? OVERTIME * sessionMs : sessionMs) - elapsedMs, 3_600_000 * hoursLeft(state)];
  const left = (trials ?? Number.POSITIVE_INFINITY) - executedTrials(state);
  const paced = leftMs({ done, left, elapsedMs: elapsedMs - sinceMs, sinceMs });
  if (paced !== undefined) limits.push(paced);
  const eta = Math.min(...limits);
  return {
    trialsPerMinute: perMs * 60_000,
    etaMs: Number.isFinite(eta) ? Math.max(0, eta) : undefined,
    isLate: elapsedMs > OVERTIME * sessionMs,
  };
}

export function paceText({ trialsPerMinute, etaMs, isLate }: Pace): string {
  const eta = etaMs === undefined ? "no end set" : `ETA ${formatDuration(etaMs)}`;
  return `${trialsPerMinute.toFixed(1)} trials/min · ${isLate ? "its time is over, waiting for what runs" : eta}`;
}
