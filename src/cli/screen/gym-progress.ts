/** What the gym looks like while it goes: a line per measurement, and on a terminal a live line with the time that is left. */
import type { GymUpdate } from "../../propose/policy/gym/train-policy.ts";
import { leftMs, leftText, stageClock } from "./eta.ts";
import { liveBlock } from "./live-block.ts";
import { bold, dim } from "./style.ts";

export interface GymProgressOptions {
  readonly out: NodeJS.WriteStream;
  /** Updates in all. */
  readonly iterations: number;
  /** Milliseconds that this session may take; Infinity for no limit. */
  readonly sessionMs: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

export interface GymProgress {
  opened(made: number): void;
  updated(update: GymUpdate): void;
  /** The share of the trials that are played on so many tasks. */
  played(tasks: number, share: number): void;
  stop(): void;
}

export function gymProgress({ out, iterations, sessionMs, now }: GymProgressOptions): GymProgress {
  const startedAt = now();
  let [pacedFrom, updatedAt] = [startedAt, startedAt];
  let [first, made, trained] = [0, 0, Number.NaN];
  const stage = stageClock(now);
  const left = (): string => {
    const sinceMs = now() - updatedAt;
    const pace = leftMs({ done: made - first, left: iterations - made, elapsedMs: updatedAt - pacedFrom, sinceMs });
    const session = sessionMs - (now() - startedAt);
    return pace === undefined ? leftText(session, "at most") : leftText(Math.min(pace, session));
  };
  const sofar = (): string =>
    Number.isNaN(trained) ? stage.text() : `training tasks: ${percent(trained)} of the gap closed${left()}`;
  const { print, stop } = liveBlock(out, () => [
    dim(`update ${Math.min(iterations, made + 1)} of ${iterations} · ${sofar()}`),
  ]);
  return {
    opened(before) {
      [first, made] = [before, before];
      print(`${bold("strop gym")}  ${before > 0 ? `continuing after update ${before}` : "new training"}`);
      print(dim("Ctrl-C ends it after an update; the same command continues it."));
      print(dim("updates  gap closed on held-out tasks  mean over trials  decades  trials that improve"));
    },
    updated({ state, train, heldOut }) {
      [made, updatedAt] = [state.iteration, now()];
      // The measurement before the first update is none.
      if (made === first) pacedFrom = updatedAt;
      trained = train?.closed ?? Number.NaN;
      if (heldOut === undefined) return;
      const cells = [
        percent(heldOut.closed).padEnd(30),
        percent(heldOut.area).padEnd(18),
        heldOut.decades.toFixed(2).padEnd(9),
      ];
      print(`${String(made).padStart(7)}  ${cells.join("")}${percent(heldOut.improvementsPerTrial)}${dim(left())}`);
    },
    played(tasks, share) {
      stage.report(share < 1 ? `playing ${tasks} tasks` : "learning", share < 1 ? share : 0);
    },
    stop,
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
