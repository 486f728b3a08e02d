import { describe, expect, test } from "vitest";

import { createRandom } from "../../src/core/numerics/random.ts";
import type { CurvePoint } from "../../src/core/trial.ts";
import type { Evidence, Pruner } from "../../src/judge/pruner.ts";
import { neverStop } from "../../src/judge/pruners/none.ts";
import { watchTrial } from "../../src/judge/watch-trial.ts";

const grid = { trainSeconds: 100, checks: 10 };
const curve = (seconds: number, loss: (s: number) => number = (s) => 100 - s): CurvePoint[] =>
  Array.from({ length: seconds * 4 }, (_, i) => ({ seconds: (i + 1) / 4, loss: loss((i + 1) / 4) }));

/** Stops at check `at`, and remembers which checks it was asked about. */
function stopper(at: number): { pruner: Pruner; asked: number[] } {
  const asked: number[] = [];
  const judge = ({ live }: Evidence): string | null => {
    asked.push(live.levels.length);
    return live.levels.length >= at ? "hopeless" : null;
  };
  return { pruner: { name: "stopper", judge }, asked };
}

const watching = (pruner: Pruner, audit = 0, trial = 1) =>
  watchTrial({ trial, pruner, grid, incumbent: 1, past: () => [], audit, random: createRandom(5).fork(trial) });

/** Feeds points one by one until a reason comes. */
function feed(
  watch: ReturnType<typeof watching>,
  points: readonly CurvePoint[],
): { reason: string; seconds: number } | undefined {
  for (let i = 1; i <= points.length; i++) {
    const reason = watch.observe(points.slice(0, i));
    if (reason !== undefined) return { reason, seconds: points[i - 1]?.seconds ?? 0 };
  }
  return undefined;
}

describe("a watched trial", () => {
  test("is judged once at each check and not at every point, and never at the end", () => {
    const { pruner, asked } = stopper(99);
    expect(feed(watching(pruner), curve(100))).toBeUndefined();
    expect(asked).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("is stopped with the pruner's name and reason, at the check", () => {
    expect(feed(watching(stopper(3).pruner), curve(100))).toEqual({ reason: "stopper: hopeless", seconds: 30 });
  });

  test("is judged at the last check reached when points come rarely", () => {
    const { pruner, asked } = stopper(99);
    feed(watching(pruner), [
      { seconds: 5, loss: 1 },
      { seconds: 37, loss: 1 },
      { seconds: 41, loss: 1 },
      { seconds: 250, loss: 1 },
    ]);
    expect(asked).toEqual([3, 4]);
  });

  test("is stopped when it has diverged at two points in a row, whatever the pruner", () => {
    expect(
      feed(
        watching(neverStop),
        curve(100, (s) => (s < 12 ? 1 : Number.NaN)),
      ),
    ).toEqual({ reason: "the loss became NaN", seconds: 12.25 });
    expect(
      feed(
        watching(neverStop),
        curve(100, (s) => 2 ** s),
      )?.reason,
    ).toMatch(/exploded/);
  });

  test("runs to its end when it is drawn for the audit, which remembers when and why it would have been stopped", () => {
    const watch = watching(stopper(3).pruner, 1);
    expect(feed(watch, curve(100))).toBeUndefined();
    expect(watch.audited()).toEqual({ seconds: 30, reason: "hopeless" });
    expect(watching(neverStop, 1).audited()).toBeUndefined();
  });

  test("the audit draws its share of trials, the same ones again for the same seed", () => {
    const audited = (): boolean[] =>
      Array.from(
        { length: 400 },
        (_, trial) => feed(watching(stopper(1).pruner, 0.05, trial), curve(11)) === undefined,
      );
    const first = audited();
    expect(audited()).toEqual(first);
    const share = first.filter(Boolean).length / 400;
    expect(share).toBeGreaterThan(0.02);
    expect(share).toBeLessThan(0.09);
  });
});
