import { describe, expect, it } from "vitest";

import { type Exchange, NO_TOKENS } from "../../../src/core/exchange.ts";
import type { ModelGateway } from "../../../src/models/types.ts";
import { agentArmCost, modelArmCost } from "../../../src/propose/ensemble/arm-cost.ts";
import { askCosts, inSeconds, trialSeconds } from "../../../src/propose/ensemble/ask-cost.ts";
import { contextAfter, trialRecord } from "./records.ts";

/** An exchange for a trial; answers, dollars and wall seconds. */
const exchange = (
  trial: number,
  changes: Partial<Exchange> & { answers?: number; wallSeconds?: number } = {},
): Exchange => {
  const { answers = 1, wallSeconds = 10, ...rest } = changes;
  return {
    exchange: trial,
    purpose: `trial-${trial}`,
    model: "a",
    request: { messages: [], samples: answers },
    reply: {
      answers: Array.from({ length: answers }, () => ({ text: "", finish: "stop" as const })),
      usage: NO_TOKENS,
      failure: null,
      attempts: 1,
      wallSeconds,
    },
    cost: 0.01,
    ...rest,
  };
};

/** A gateway whose record is this. */
const gateway = (recent: readonly Exchange[], price: { input: number; output: number } | undefined): ModelGateway => ({
  models: [{ name: "a", contextTokens: undefined, price }],
  ask: () => Promise.reject(new Error("expected no call")),
  spending: () => ({ spent: 0, inFlight: 0, limit: undefined }),
  recent: () => recent,
});
const free = { input: 0, output: 0 };
const at = (trial: number) => contextAfter([], { trial });

describe("askCosts", () => {
  it("expects what the price says before the first answer, and a middling price where none is known", () => {
    expect(askCosts(gateway([], free))(at(1), "a").dollars).toBe(0);
    expect(askCosts(gateway([], { input: 10, output: 50 }))(at(1), "a").dollars).toBeCloseTo(0.13, 10);
    const unknown = askCosts(gateway([], undefined))(at(1), "a").dollars;
    expect(unknown).toBeGreaterThan(0.01);
    expect(unknown).toBeLessThan(0.1);
  });

  it("moves to what answers really cost, each answer of a call counted as one", () => {
    const many = Array.from({ length: 16 }, (_, i) => exchange(i + 1, { cost: 0.4, wallSeconds: 80, answers: 4 }));
    const cost = askCosts(gateway(many, free))(at(17), "a");
    expect(cost.dollars).toBeCloseTo((16 * 0.4) / 65, 10);
    expect(cost.seconds).toBeCloseTo((15 + 16 * 80) / 65, 10);
  });

  it("takes no notice of the trial at hand, of other models, of failures and of calls for other purposes", () => {
    const failure = { kind: "unreachable" as const, message: "", isPassing: true };
    const recent = [
      exchange(1),
      exchange(2, { model: "b", cost: 9 }),
      exchange(3, { cost: 9, reply: { ...exchange(3).reply, answers: [], failure } }),
      exchange(4, { purpose: "recurse/1", cost: 9 }),
    ];
    const before = askCosts(gateway(recent, free))(at(5), "a");
    expect(before.dollars).toBeCloseTo(0.005, 10);
    // A run that was killed after the answer for trial 5 must decide again as it did before that answer.
    expect(askCosts(gateway([...recent, exchange(5, { cost: 9 })], free))(at(5), "a")).toEqual(before);
  });
});

describe("what a trial of an arm costs", () => {
  const trials = (wallSeconds: number) => [1, 2].map((trial) => trialRecord({ trial, wallSeconds }));

  it("is a little more than a trial where trials are long, and at most four where they are short", () => {
    const cost = modelArmCost(["a"], askCosts(gateway([], free)));
    const long = contextAfter(trials(3000));
    expect(trialSeconds(long)).toBe(2000);
    expect(cost(long)).toBeCloseTo(1 + 15 / 2000, 10);
    expect(cost(contextAfter(trials(0)))).toBe(4);
  });

  it("counts dollars as time", () => {
    expect(inSeconds({ dollars: 0.5, seconds: 20 })).toBe(1820);
  });

  it("follows what an agent's edits took", () => {
    const own = [3, 4, 5].map((trial) =>
      trialRecord({ trial, proposer: "agent", wallSeconds: 3000, detail: { seconds: 600, cost: null } }),
    );
    const blank = agentArmCost(contextAfter(trials(3000)));
    expect(blank).toBeCloseTo(1 + 120 / 2000, 10);
    expect(agentArmCost(contextAfter([...trials(3000), ...own]))).toBeCloseTo(1 + (120 + 1800) / 4 / 2500, 10);
  });
});
