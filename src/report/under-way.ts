/** Where a run stands at this moment, for whoever looks at it while it may be going: in a terminal, or as a page. */
import { lockHolder } from "../journal/store/lock.ts";
import { currentRun } from "../journal/runs.ts";
import type { RunState } from "../journal/state.ts";
import { shortened } from "./escape.ts";
import { formatCount, formatDuration } from "./format.ts";

/** The process that works on a run, null when none does, undefined when none will: a run has begun since. */
export type Worker = number | null | undefined;

/** Of a folder's runs strop works on the newest only. */
export const workerOn = (stropFolder: string, run: string): Worker =>
  run === currentRun(stropFolder) ? (lockHolder(stropFolder)?.pid ?? null) : undefined;

/** In a few words: why it ended, or who works on it. */
export function standing({ ended }: Pick<RunState, "ended">, worker: Worker): string {
  if (ended !== null) return ended;
  if (worker === undefined) return "cut off, and another run has begun since";
  return worker === null ? "cut off; the command that began it goes on with it" : `running, process ${worker}`;
}

/** Trials that are named. */
const NAMED = 4;

/** In sentences, as plain text: who works on it, since when nothing was heard of it, and what runs; empty once it has ended. `now`: wall clock in milliseconds. */
export function underWay(state: RunState, { worker, now }: { readonly worker: Worker; readonly now: number }): string {
  const { ended, open, contests, lastAt } = state;
  if (ended !== null) return "";
  const words = standing(state, worker);
  const heard = `${words[0]?.toUpperCase()}${words.slice(1)}. Last heard of ${formatDuration(Math.max(0, now - lastAt))} ago.`;
  if (worker === null || worker === undefined) return heard;
  const named = open.slice(0, NAMED).map(({ trial, description }) => `#${trial} ${shortened(description, 80, 0)}`);
  const more = open.length > NAMED ? [`${open.length - NAMED} more`] : [];
  const running = open.length === 0 ? "" : ` Under way: ${[...named, ...more].join("; ")}.`;
  const undecided =
    contests.length === 0 ? "" : ` ${formatCount(contests.length, "trial")} to be run again beside the champion.`;
  return `${heard}${running}${undecided}`;
}
