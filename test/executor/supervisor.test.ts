import { expect, test } from "vitest";

import { supervise } from "../../src/executor/supervisor.ts";

const budget = {
  trainSeconds: 60,
  clock: "wall",
  startupSeconds: 60,
  graceSeconds: 60,
  evaluateSeconds: 60,
  memoryBytes: 1,
  processes: 1,
  outputBytes: 1,
  diskBytes: 1,
} as const;

test("a program that reports millions of steps has a curve of bounded length, from its first step to its last", () => {
  const losses: number[] = [];
  let longest = 0;
  using supervisor = supervise(budget, {
    files: {},
    seed: 1,
    label: "1",
    signal: new AbortController().signal,
    onCurve: ({ loss }) => losses.push(loss),
    shouldStop: (curve) => {
      longest = curve.length;
      return undefined;
    },
  });
  for (let step = 1; step <= 2_000_000; step++) supervisor.step(step);
  expect(losses.slice(0, 65_536)).toEqual(Array.from({ length: 65_536 }, (_, i) => i + 1));
  expect(losses.length).toBe(longest);
  expect(longest).toBeLessThan(400_000);
  expect(losses.at(-1)).toBeGreaterThan(1_999_900);
});
