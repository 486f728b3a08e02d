import { expect, test } from "vitest";
import * as nn from "../../src/nn/index.ts";

const at = (schedule: nn.Schedule, steps: readonly number[]) => steps.map((step) => Number(schedule(step).toFixed(6)));

test("schedules warm up on a line to their peak", () => {
  for (const schedule of [
    nn.constantRate({ peak: 2, warmupSteps: 4 }),
    nn.linearDecay({ peak: 2, warmupSteps: 4, totalSteps: 10 }),
    nn.cosineDecay({ peak: 2, warmupSteps: 4, totalSteps: 10 }),
    nn.inverseRoot({ peak: 2, warmupSteps: 4 }),
  ])
    expect(at(schedule, [1, 2, 3, 4])).toEqual([0.5, 1, 1.5, 2]);
});

test("and then stay, or fall on a line, half a cosine or an inverse root", () => {
  expect(at(nn.constantRate({ peak: 2 }), [1, 1000])).toEqual([2, 2]);
  const decay = { peak: 2, warmupSteps: 4, totalSteps: 8, final: 1 };
  expect(at(nn.linearDecay(decay), [4, 5, 6, 8, 100])).toEqual([2, 1.75, 1.5, 1, 1]);
  expect(at(nn.cosineDecay(decay), [4, 6, 8, 100])).toEqual([2, 1.5, 1, 1]);
  expect(at(nn.cosineDecay(decay), [5])[0]).toBeCloseTo(1 + (1 + Math.SQRT1_2) / 2, 5);
  expect(at(nn.inverseRoot({ peak: 2, warmupSteps: 4 }), [4, 16, 64])).toEqual([2, 1, 0.5]);
});

test("a run without a warm-up and of one step is defined", () => {
  expect(at(nn.linearDecay({ peak: 1, totalSteps: 1 }), [1])).toEqual([0]);
  expect(at(nn.inverseRoot({ peak: 1 }), [1, 4])).toEqual([1, 0.5]);
});
