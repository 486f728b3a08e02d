import { describe, expect, it } from "vitest";

import { curve, sphere } from "../../bench/proposers/functions.ts";
import { createRandom } from "../../src/core/numerics/random.ts";
import { sampleGamma } from "../../src/propose/ensemble/thompson.ts";
import { numbers, structure } from "../../src/propose/ensemble/intents.ts";
import { portfolio } from "../../src/propose/portfolio.ts";
import { createProposer, type ProposerTools } from "../../src/propose/registry.ts";
import type { Proposer } from "../../src/propose/types.ts";
import { simulateRun } from "../../src/testing/simulate-run.ts";
import { block, fails, gatewayOf, programInPrompt, scriptedModel, settings, tuner } from "./model/scripted.ts";

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

  it("plays an arm that costs more less often, and gives it up for one that pays half as much at a quarter of the cost", async () => {
    const share = async (cost: number) => {
      const arms = [{ proposer: writer("dear", true), cost: () => cost }, { proposer: everySecond }];
      const { history } = await simulateRun({
        proposer: portfolio(arms),
        program: { f: "1\n" },
        score,
        trials: 80,
        seed: 2,
        direction: "maximize",
      });
      return shares(history.slice(20), "dear");
    };
    const everySecond: Proposer = {
      name: "everySecond",
      propose: (context, signal) => writer("everySecond", context.trial % 2 === 0).propose(context, signal),
    };
    expect(await share(1)).toBeGreaterThan(45);
    expect(await share(4)).toBeLessThan(15);
  });

  it("asks an arm that costs something first, once, and goes on without one that cannot propose", async () => {
    let asked = 0;
    const down: Proposer = { name: "down", propose: () => Promise.resolve((asked++, null)) };
    const arms = [
      { proposer: writer("free", true), prior: [99, 1] as const },
      { proposer: writer("dear", false), prior: [1, 99] as const, cost: () => 4 },
      { proposer: down, cost: () => 4 },
    ];
    const { history } = await simulateRun({
      proposer: portfolio(arms),
      program: { f: "1\n" },
      score,
      trials: 4,
      seed: 1,
      direction: "maximize",
    });
    expect(history.slice(1).map(({ proposer }) => proposer)).toEqual(["dear", "free", "free", "free"]);
    expect(asked).toBe(3);
  });

  it("lets CMA-ES in after 60 trials, and not before", async () => {
    const { history } = await simulateRun({
      proposer: createProposer("portfolio"),
      program: sphere.program,
      score: sphere.score,
      trials: 110,
      seed: 1,
    });
    expect(shares(history.slice(0, 61), "cma-es")).toBe(0);
    expect(shares(history.slice(61), "cma-es")).toBeGreaterThan(3);
  }, 60_000);
});

describe("the portfolio with a model", () => {
  const run = (tools: ProposerTools, trials = 40) =>
    simulateRun({
      proposer: createProposer("portfolio", tools),
      program: curve.program,
      score: curve.score,
      trials,
      seed: 5,
    });

  it("asks it early, for structure, and leaves the numbers to the searches", async () => {
    const model = scriptedModel(tuner);
    const { history } = await run({ gateway: gatewayOf([model]).gateway, settings });
    const intents = history.map(({ detail }) => (detail as { intent?: string } | null)?.intent);
    expect(intents).toContain(structure.text);
    expect(intents).not.toContain(numbers.text);
    const bySearches = ["bayes", "descent", "tpe", "random"].reduce((sum, name) => sum + shares(history, name), 0);
    expect(bySearches).toBeGreaterThan(10);
  }, 60_000);

  it("tries it out within the first dozen trials in nearly every run, however short the trials are", async () => {
    let asked = 0;
    for (let seed = 0; seed < 10; seed++) {
      const { history } = await simulateRun({
        proposer: createProposer("portfolio", { gateway: gatewayOf([scriptedModel(tuner)]).gateway, settings }),
        program: curve.program,
        score: curve.score,
        trials: 12,
        seed,
      });
      if (shares(history, "model") > 0) asked++;
    }
    expect(asked).toBeGreaterThanOrEqual(9);
  }, 60_000);

  it("ends better with a model that knows the program than with one that guesses", async () => {
    const fixes = ["Math.max(x, 0.5)", "0.7 * Math.max(x, 0.5)", "0.7 * Math.max(x, 0.5) + (x > 1 ? 0.6 : 0)"];
    const knowing = scriptedModel((request) => {
      const [path, text] = [...programInPrompt(request)][0] as [string, string];
      const next = fixes.find((fix) => !text.includes(`return ${fix};`) && !text.includes(fixes.at(-1) as string));
      const line = text.split("\n").find((one) => one.includes("return")) as string;
      return [`Idea: ${next}\n\n${path}\n${block(line, `  return ${next};`)}`];
    });
    const helped = await run({ gateway: gatewayOf([knowing]).gateway, settings }, 30);
    const unhelped = await run({ gateway: gatewayOf([scriptedModel(tuner)]).gateway, settings }, 30);
    expect(shares(helped.history.slice(0, 20), "model")).toBeGreaterThan(0);
    expect(helped.best.at(-1)).toBeLessThan(unhelped.best.at(-1) as number);
  }, 60_000);

  it("crosses what several workers found side by side", async () => {
    let crossed = 0;
    for (let seed = 1; seed <= 4; seed++) {
      const { history } = await simulateRun({
        proposer: createProposer("portfolio", { gateway: gatewayOf([scriptedModel(tuner)]).gateway, settings }),
        program: sphere.program,
        score: sphere.score,
        trials: 40,
        seed,
        parallel: 4,
      });
      crossed += shares(history, "crossover");
    }
    expect(crossed).toBeGreaterThan(2);
  }, 60_000);

  it("does exactly what it would do without one when the model is down", async () => {
    const down = scriptedModel(() => fails("unreachable"));
    const { history } = await run({ gateway: gatewayOf([down]).gateway, settings });
    expect(down.requests.length).toBeGreaterThan(0);
    expect(history).toEqual((await run({})).history);
  }, 60_000);
});

describe("sampleGamma", () => {
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
