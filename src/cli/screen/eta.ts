/** The time that is left, as every progress line says it: from the pace so far, and nothing before there is one. */
import { formatDuration } from "../../report/format.ts";

export interface DoneSoFar {
  /** In any unit, such as trials or a share. */
  readonly done: number;
  /** In the same unit. */
  readonly left: number;
  /** Milliseconds that `done` took. */
  readonly elapsedMs: number;
  /** Milliseconds that have passed since then, for what comes in pieces of 1. */
  readonly sinceMs?: number;
}

/** Milliseconds for the rest at the pace so far; undefined while nothing is done. It counts down within a piece, never up. */
export function leftMs({ done, left, elapsedMs, sinceMs = 0 }: DoneSoFar): number | undefined {
  if (done <= 0) return undefined;
  const piece = elapsedMs / done;
  return Math.max(0, left * piece - Math.min(sinceMs, piece));
}

/** ` · about 3 m 20 s left`; empty while it is not known. */
export const leftText = (ms: number | undefined, bound: "about" | "at most" = "about"): string =>
  ms === undefined || !Number.isFinite(ms) ? "" : ` · ${bound} ${formatDuration(ms)} left`;

/** What is being done, one stage after the other, each with the share of it that is done. */
export interface StageClock {
  /** `share` from 0 to 1. */
  report(activity: string, share: number): void;
  /** `training writer 45 % · about 1 m 20 s left` */
  text(): string;
}

/** `now`: milliseconds, monotonic. A stage that says nothing between its begin and its end is timed by the one of its kind before. */
export function stageClock(now: () => number): StageClock {
  const took = new Map<string, number>();
  const begin = (activity: string, share: number) => ({ activity, share, first: share, startedAt: now(), at: now() });
  let stage = begin("starting", 0);
  const left = (): number | undefined => {
    const { activity, share, first, startedAt, at } = stage;
    if (share >= 1) return undefined;
    const pace = leftMs({ done: share - first, left: 1 - share, elapsedMs: at - startedAt });
    const rest = pace === undefined ? (took.get(kindOf(activity)) ?? 0) - (now() - startedAt) : pace - (now() - at);
    return rest > 0 ? rest : undefined;
  };
  return {
    report(activity, share) {
      if (activity !== stage.activity || share < stage.share) {
        took.set(kindOf(stage.activity), now() - stage.startedAt);
        stage = begin(activity, share);
      }
      stage = { ...stage, share, at: now() };
    },
    text: () => `${stage.activity} ${Math.round(100 * stage.share)} %${leftText(left())}`,
  };
}

/** `training generation-3` is of the kind of `training generation-2`. */
const kindOf = (activity: string): string => activity.replaceAll(/\d+/g, "#");
