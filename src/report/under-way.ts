/** What goes on in a run at this moment, for a page that is looked at while it does. */
import type { RunState } from "../journal/state.ts";
import { shortened } from "./escape.ts";
import { formatCount } from "./format.ts";

/** Trials that are named. */
const NAMED = 4;

/** Plain text; empty for a run that has ended. `pid` is of the process that works in the run's folder; null if none does. */
export function underWay({ ended, open, contests }: RunState, pid: number | null): string {
  if (ended !== null) return "";
  if (pid === null) return "Cut off, or paused: the command that began it goes on with it.";
  const named = open.slice(0, NAMED).map(({ trial, description }) => `#${trial} ${shortened(description, 80, 0)}`);
  const more = open.length > NAMED ? [`${open.length - NAMED} more`] : [];
  const running = open.length === 0 ? "" : ` Under way: ${[...named, ...more].join("; ")}.`;
  const undecided =
    contests.length === 0 ? "" : ` ${formatCount(contests.length, "trial")} to be run again beside the champion.`;
  return `Running now, process ${pid}.${running}${undecided}`;
}
