import { describe, expect, test } from "vitest";

import { createRandom } from "../../../src/core/numerics/random.ts";
import type { TrialRecord } from "../../../src/core/trial.ts";
import { agentPrompt } from "../../../src/propose/agent/prompt.ts";
import { randomLiterals } from "../../../src/propose/literals/random.ts";
import { simulateRun } from "../../../src/testing/simulate-run.ts";

const program = { "main.py": "rate = 0.1\nwidth = 8\n", "other.py": "x = 1\n" };

describe("what an agent is told", () => {
  test("grows with the run: the latest trials with their diffs and verdicts, and the best from before", async () => {
    const score = () => createRandom(String(n++)).next();
    let n = 0;
    const { context } = await simulateRun({ proposer: randomLiterals(), program, score, trials: 60, seed: 1 });
    const prompt = agentPrompt({ ...context, agenda: "Be bold." });
    expect(prompt).toContain("main.py, other.py");
    expect(prompt).toContain("Be bold.");
    expect(prompt).toContain(`score ${context.champion.score} (trial ${context.champion.trial})`);
    expect(prompt.match(/^## Trial /gm)?.length).toBeGreaterThanOrEqual(32);
    expect(prompt.match(/^## Trial /gm)?.length).toBeLessThanOrEqual(37);
    expect(prompt).toMatch(/^\+(rate|width|x) = /m);
    expect(prompt).toMatch(new RegExp(` It holds what trials? [\\d, ]*\\b${context.champion.trial} changed\\.`));
    expect(prompt).toContain("\nFrom: trial 0, ");
    expect(prompt.length).toBeLessThan(60_000);
    expect(agentPrompt({ ...context, agenda: "Be bold." })).toBe(prompt);
    expect(prompt).not.toContain("EVOLVE");
  });

  test("shows what the champion printed last", async () => {
    const { context } = await simulateRun({ proposer: randomLiterals(), program, score: () => 1, trials: 1, seed: 1 });
    const [baseline] = context.history as [TrialRecord];
    const outcome = {
      ...baseline.outcome,
      diagnostics: { ...baseline.outcome?.diagnostics, outputTail: "case 3 is slow" },
    };
    const history = [{ ...baseline, outcome } as TrialRecord];
    expect(agentPrompt({ ...context, history })).toContain("Its output ended:\n| case 3 is slow\n");
    expect(agentPrompt(context)).not.toContain("Its output ended");
  });

  test("says what may be edited of files with marked blocks", async () => {
    const marked = { "main.py": "x = 1\n# EVOLVE-BLOCK-START\nrate = 0.1\n# EVOLVE-BLOCK-END\n" };
    const { context } = await simulateRun({
      proposer: randomLiterals(),
      program: marked,
      score: () => 1,
      trials: 2,
      seed: 1,
    });
    expect(agentPrompt(context)).toContain("EVOLVE-BLOCK-START");
  });
});
