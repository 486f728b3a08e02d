import { expect, test } from "vitest";

import { driftNote } from "../../src/report/keeping.ts";

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
