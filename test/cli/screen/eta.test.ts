import { expect, test } from "vitest";

import { leftMs, leftText, stageClock } from "../../../src/cli/screen/eta.ts";

const SECOND = 1000;

test("what is left follows from the pace so far, and is not said before there is one", () => {
  expect(leftMs({ done: 2, left: 6, elapsedMs: 10 * SECOND })).toBe(30 * SECOND);
  expect(leftMs({ done: 0, left: 6, elapsedMs: 10 * SECOND })).toBeUndefined();
  const piece = { done: 1, left: 2, elapsedMs: 10 * SECOND };
  expect(leftMs({ ...piece, sinceMs: 4 * SECOND })).toBe(16 * SECOND);
  expect(leftMs({ ...piece, sinceMs: 40 * SECOND })).toBe(10 * SECOND);
  expect(leftText(90 * SECOND)).toBe(" · about 1 m 30 s left");
  expect(leftText(undefined) + leftText(Number.POSITIVE_INFINITY)).toBe("");
});

test("a long stage says how long it still takes from its second report on, and counts down in between", () => {
  let at = 0;
  const clock = stageClock(() => at);
  at = 60 * SECOND;
  clock.report("training writer", 0.1);
  expect(clock.text()).toBe("training writer 10 %");
  at += 10 * SECOND;
  clock.report("training writer", 0.3);
  expect(clock.text()).toBe("training writer 30 % · about 35 s left");
  at += 5 * SECOND;
  expect(clock.text()).toBe("training writer 30 % · about 30 s left");
  clock.report("training writer", 1);
  expect(clock.text()).toBe("training writer 100 %");
});

test("a stage that was resumed halfway goes by its pace since then", () => {
  let at = 0;
  const clock = stageClock(() => at);
  clock.report("training generation-1", 0.5);
  at = 8 * SECOND;
  clock.report("training generation-1", 0.9);
  expect(clock.text()).toBe("training generation-1 90 % · about 2 s left");
});

test("a stage that reports nothing on its way is timed by the one before", () => {
  let at = 0;
  const clock = stageClock(() => at);
  clock.report("writing candidates", 0);
  expect(clock.text()).toBe("writing candidates 0 %");
  at = 20 * SECOND;
  clock.report("writing candidates", 1);
  clock.report("starting", 0);
  at += SECOND;
  clock.report("writing candidates", 0);
  at += 5 * SECOND;
  expect(clock.text()).toBe("writing candidates 0 % · about 15 s left");
});
