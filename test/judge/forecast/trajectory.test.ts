import fc from "fast-check";
import { expect, test } from "vitest";

import { trajectoryOf } from "../../../src/judge/forecast/trajectory.ts";

const grid = { trainSeconds: 100, checks: 10 };
const line = (seconds: readonly number[]) => seconds.map((s) => ({ seconds: s, loss: 100 - s }));

test("a check is reached by the first point at or after it, and its loss lies on the line between its neighbours", () => {
  expect(trajectoryOf(line([5, 9.9]), grid).levels).toEqual([]);
  expect(trajectoryOf(line([5, 10]), grid).levels).toEqual([90]);
  expect(trajectoryOf(line([5, 25]), grid).levels).toEqual([90, 80]);
});

test("many points in one part of the budget count by their median, so that a spike does not", () => {
  const dense = line(Array.from({ length: 40 }, (_, i) => (i + 1) / 2));
  const spiked = dense.map((point, i) => (i === 30 ? { ...point, loss: 1e9 } : point));
  expect(
    Math.abs((trajectoryOf(spiked, grid).levels[1] ?? 0) - (trajectoryOf(dense, grid).levels[1] ?? 0)),
  ).toBeLessThan(1);
});

test("losses that are no numbers are passed over; where there is none yet the level is NaN", () => {
  expect(trajectoryOf([{ seconds: 20, loss: Number.NaN }], grid).levels).toEqual([Number.NaN, Number.NaN]);
  expect(
    trajectoryOf(
      [
        { seconds: 10, loss: 3 },
        { seconds: 20, loss: Number.NaN },
      ],
      grid,
    ).levels,
  ).toEqual([3, 3]);
});

test("an overdrawn budget has no more checks than it should, and an empty curve none", () => {
  expect(trajectoryOf(line([50, 500]), grid).levels).toHaveLength(10);
  expect(trajectoryOf([], grid).levels).toEqual([]);
});

test("what a check shows does not change when later points arrive", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ gap: fc.double({ min: 0.01, max: 30, noNaN: true }), loss: fc.double({ min: -5, max: 5 }) }),
        { maxLength: 40 },
      ),
      fc.nat(40),
      (steps, cut) => {
        let seconds = 0;
        const curve = steps.map(({ gap, loss }) => ({ seconds: (seconds += gap), loss }));
        const early = trajectoryOf(curve.slice(0, cut), grid);
        const late = trajectoryOf(curve, grid);
        expect(late.levels.slice(0, early.levels.length)).toEqual(early.levels);
        const k = early.levels.length;
        if (k > 0) expect(late.forecast(k)).toEqual(early.forecast(k));
      },
    ),
    { numRuns: 60 },
  );
});
