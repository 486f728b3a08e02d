/** What a table looks like while it is made: a line for each finished run, and on a terminal a live line with the time left. */
import type { TableObserver } from "../../loop/recurse/tables/sub-runs.ts";
import { formatCount } from "../../report/format.ts";
import { leftMs, leftText } from "./eta.ts";
import { liveBlock } from "./live-block.ts";
import { place } from "../place.ts";
import { dim, yellow } from "./style.ts";

export interface TableProgressOptions {
  readonly out: NodeJS.WriteStream;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

export function tableProgress({ out, now }: TableProgressOptions): TableObserver & { stop(): void } {
  let startedAt = now();
  let doneAt = startedAt;
  let current = { label: "", work: 0, done: 0 };
  let [runs, finished, left, done] = [0, 0, 0, 0];
  const eta = (): string => {
    const made = { done: done + current.done, left: left - current.done };
    return leftText(leftMs({ ...made, elapsedMs: doneAt - startedAt, sinceMs: now() - doneAt }), "at most");
  };
  const { print, stop } = liveBlock(out, () => [
    dim(`${finished} of ${runs} runs · ${current.label} · ${current.done} pieces done${eta()}`),
  ]);
  return {
    planned: (plan) => {
      // A table may be planned in two steps: the second needs the result of the first.
      ({ runs, finished, left } = plan);
      [startedAt, doneAt, done] = [now(), now(), 0];
      if (plan.finished < plan.runs)
        print(
          dim(
            `${place(plan.folder)}: ${formatCount(plan.runs, "run")}, ${plan.finished} of them finished; Ctrl-C ends cleanly, the same command continues it`,
          ),
        );
    },
    started: (label, work) => {
      current = { label, work, done: 0 };
    },
    advanced: () => {
      current.done = Math.min(current.work, current.done + 1);
      doneAt = now();
    },
    finished: (label) => {
      [finished, left, done] = [finished + 1, left - current.work, done + current.done];
      current = { label: "", work: 0, done: 0 };
      print(`${`${finished}/${runs}`.padStart(7)}  ${label}${dim(eta())}`);
    },
    note: (sentence) => print(yellow(`note: ${sentence}`)),
    stop,
  };
}
