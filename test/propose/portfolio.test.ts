import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import { sampleGamma } from "../../src/propose/ensemble/thompson.ts";
import { portfolio } from "../../src/propose/portfolio.ts";
import type { Proposer } from "../../src/propose/types.ts";
import { simulateRun } from "../../src/testing/simulate-run.ts";

/** Writes a new number into the one file; `high` ones are worth more. */
const writer = (name: string, isHigh: boolean): Proposer => ({
  name,
  propose: ({ champion, program, pending, history }) => {
    const [path, text] = Object.entries(program(champion.candidate))[0] as [string, string];
    const value = Number(text.trim()) + (isHigh ? 1 : 0);
    return Promise.resolve({
      edit: {
        kind: "whole-files",
        files: [{ path, text: `${value}${" ".repeat(history.length + pending.length)}\n` }],
      },
      parent: champion.candidate,
      description: name,
      detail: null,
    });
  },
});
const score = (files: Readonly<Record<string, string>>) => Number(files["f"]?.trim());
const shares = (history: readonly { proposer: string }[], name: string) =>
  history.filter(({ proposer }) => proposer === name).length;

describe("the portfolio", () => {
  it("gives most trials to the arm that pays, and keeps trying the others", async () => {
    const arms = [
      { proposer: writer("blank", false) },
      { proposer: writer("paying", true) },
      { proposer: writer("idle", false) },
    ];
    const { history } = await simulateRun({
      proposer: portfolio(arms),
      program: { f: "1\n" },
      score,
      trials: 60,
      seed: 1,
      direction: "maximize",
    });
    expect(shares(history, "paying")).toBeGreaterThan(40);
    expect(shares(history, "blank") + shares(history, "idle")).toBeGreaterThan(2);
  });

  it("notices when another arm starts to pay", async () => {
    const late = (name: string, from: number, to: number): Proposer => ({
      name,
      propose: (context, signal) =>
        writer(name, context.history.length >= from && context.history.length < to).propose(context, signal),
    });
    const arms = [{ proposer: late("early", 0, 40) }, { proposer: late("late", 40, 999) }];
    const { history } = await simulateRun({
      proposer: portfolio(arms),
      program: { f: "1\n" },
      score,
      trials: 160,
      seed: 3,
      direction: "maximize",
    });
    expect(shares(history.slice(1, 40), "early")).toBeGreaterThan(20);
    expect(shares(history.slice(110), "late")).toBeGreaterThan(25);
  });

  it("passes the turn on when an arm has nothing to propose, and has nothing itself when none has", async () => {
    const empty: Proposer = { name: "empty", propose: () => Promise.resolve(null) };
    const some = await simulateRun({
      proposer: portfolio([{ proposer: empty }, { proposer: writer("some", true) }]),
      program: { f: "1\n" },
      score,
      trials: 5,
      seed: 1,
      direction: "maximize",
    });
    expect(shares(some.history, "some")).toBe(5);
    const none = await simulateRun({
      proposer: portfolio([{ proposer: empty }]),
      program: { f: "1\n" },
      score,
      trials: 5,
      seed: 1,
    });
    expect(none.history).toHaveLength(1);
  });

  it("draws from the gamma distribution", () => {
    for (const shape of [0.4, 1, 5]) {
      const random = createRandom(shape);
      const draws = Array.from({ length: 20_000 }, () => sampleGamma(shape, random));
      const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
      const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
      expect(Math.abs(mean / shape - 1)).toBeLessThan(0.05);
      expect(Math.abs(variance / shape - 1)).toBeLessThan(0.1);
    }
  });
});
