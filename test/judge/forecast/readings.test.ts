import { expect, test } from "vitest";

import { readingsAt } from "../../../src/judge/forecast/readings.ts";

const trajectory = (levels: readonly number[]) => ({ levels, forecast: () => null });
const read = (levels: readonly number[], checks = 10) =>
  readingsAt([], levels.length, checks).map(({ see }) => see(trajectory(levels)));

test("a curve that falls steadily is read by its level, and halfway between that and where the straight line ends", () => {
  expect(read([9, 8, 7, 6])).toEqual([6, 3, Number.NaN]);
});

test("a flat curve is on its way to where it is", () => {
  expect(read([9, 5, 5, 5]).slice(0, 2)).toEqual([5, 5]);
});

test("a fall is known from the third check on, and not beside a loss that is no number", () => {
  expect(read([9, 8])[1]).toBeNaN();
  expect(read([9, Number.NaN, 7, 6])[1]).toBeNaN();
  expect(read([9, 8, 7])[1]).toBe(3.5);
});

test("finished trials are read as they looked then", () => {
  const past = [{ trial: 0, trajectory: trajectory([9, 8, 7, 1, 1]), final: 1 }];
  expect(readingsAt(past, 3, 5).map(({ seen }) => seen)).toEqual([[7], [6], [Number.NaN]]);
});
