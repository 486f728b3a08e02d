import { expect, test } from "vitest";

import { driftNote, noNoiseNote } from "../../src/report/keeping.ts";

const headline = (direction: "minimize" | "maximize", score: number, trial = 2) => ({
  champion: { score, trial },
  baselineScore: 10,
  repeats: 4,
  task: { metric: { name: "ms", direction, pattern: undefined, file: undefined, deterministic: false } },
});

test("a champion that looks worse than the baseline is explained, and no other", () => {
  expect(driftNote(headline("minimize", 12))).toMatch(/different times/);
  expect(driftNote(headline("maximize", 9))).toMatch(/different times/);
  expect(driftNote(headline("minimize", 9))).toBeUndefined();
  expect(driftNote(headline("maximize", 12))).toBeUndefined();
  expect(driftNote(headline("minimize", 12, 0))).toBeUndefined();
  expect(driftNote({ ...headline("minimize", 12), repeats: 0 })).toBeUndefined();
  expect(driftNote({ ...headline("minimize", 12), baselineScore: null })).toBeUndefined();
});

test("a task that scores the same each time is told what that could save, and no other", () => {
  const { task } = headline("maximize", 1);
  const noise = (...scores: (number | null)[]) => ({ baseline: scores.map((score, index) => ({ index, score })) });
  const note = (...scores: (number | null)[]) => noNoiseNote({ noise: noise(...scores), task });
  expect(note(1, 1, 1)).toMatch(/same 3 times: .*deterministic: true/);
  expect(note(1, 1, 1.001)).toBeUndefined();
  expect(note(1, 1, null)).toBeUndefined();
  const deterministic = { metric: { ...task.metric, deterministic: true } };
  expect(noNoiseNote({ noise: noise(1, 1, 1), task: deterministic })).toBeUndefined();
});
