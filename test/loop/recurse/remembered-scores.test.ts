import { describe, expect, it } from "vitest";

import type { TaskResult, TaskUtility } from "../../../src/downstream/task-utility.ts";
import { rememberedScores } from "../../../src/loop/recurse/remembered-scores.ts";

const RESULT: TaskResult = {
  score: 0.5,
  reason: "",
  flags: [],
  parts: [0.5],
  losses: {},
  problems: [],
  seconds: [0],
  factor: 1,
};

/** A utility that counts how often it runs a solution. */
function counted(result: Partial<TaskResult> = {}): { runs: () => number; utility: TaskUtility } {
  let runs = 0;
  const score = () => Promise.resolve({ ...RESULT, ...result, score: ++runs / 10 });
  return { runs: () => runs, utility: rememberedScores({ description: "d", score }) };
}

const { signal } = new AbortController();

describe("remembered scores", () => {
  it("run the same text once, and another text again", async () => {
    const { runs, utility } = counted();
    const results = [
      await utility.score("a", signal),
      await utility.score("a", signal),
      await utility.score("b", signal),
    ];
    expect(results.map(({ score }) => score)).toEqual([0.1, 0.1, 0.2]);
    expect(runs()).toBe(2);
    expect(utility.description).toBe("d");
  });

  it("run what depends on time every time", async () => {
    const late = counted({ losses: { late: 1 } });
    for (let i = 0; i < 3; i++) await late.utility.score("a", signal);
    expect(late.runs()).toBe(3);
    const clock = counted();
    for (let i = 0; i < 3; i++) await clock.utility.score("while (performance.now() < 5) step();", signal);
    expect(clock.runs()).toBe(3);
  });

  it("obey an abort even for what they know", async () => {
    const { utility } = counted();
    await utility.score("a", signal);
    await expect(utility.score("a", AbortSignal.abort())).rejects.toThrow(/abort/i);
  });
});
