import { expect, test } from "vitest";

import { driftNote, hugeGainNote, noNoiseNote } from "../../src/report/keeping.ts";

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

test("a program that says of itself that it became twice as good is doubted, and no other", () => {
  const note = (direction: "minimize" | "maximize", score: number, more: object = {}) => {
    const { task, ...rest } = headline(direction, score);
    const unchecked = { evaluate: undefined, check: undefined, settings: undefined };
    return hugeGainNote({ ...rest, task: { ...task, ...unchecked, ...more } });
  };
  expect(note("minimize", 4.9)).toMatch(/less work/);
  expect(note("maximize", 20.1)).toMatch(/less work/);
  expect(note("minimize", 5)).toBeUndefined();
  expect(note("maximize", 20)).toBeUndefined();
  const command = { argv: ["make", "test"], shell: false, mounts: [], env: {} };
  for (const more of [{ check: command }, { evaluate: command }, { settings: {} }])
    expect(note("minimize", 1, more)).toBeUndefined();
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
