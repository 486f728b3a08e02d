import { describe, expect, it } from "vitest";

import { createRandom } from "../../../src/core/numerics/random.ts";
import { chooserFor, modelBandit, singleModel, weightedModels } from "../../../src/propose/ensemble/choosers.ts";
import { withIntents } from "../../../src/propose/ensemble/intents.ts";
import { scheduledTemperature } from "../../../src/propose/ensemble/temperature.ts";
import type { ChooseAsk } from "../../../src/propose/model/types.ts";
import { contextAfter, play, trialRecord } from "./records.ts";

const free = () => ({ dollars: 0, seconds: 1 });
const pair = [{ model: "a" }, { model: "b" }];
const byModel =
  <T>(values: Readonly<Record<string, T>>) =>
  (_: unknown, model: string): T =>
    values[model] as T;

const chances = { a: 0.1, b: 0.5 } as Readonly<Record<string, number>>;
const chance = (model: string) => chances[model] ?? 0;

/** Mean over repeated runs of how often `model` was asked. */
function meanAsked(model: string, runs: number, problem: Omit<Parameters<typeof play>[0], "seed">): number {
  const counts = Array.from({ length: runs }, (_, seed) => play({ ...problem, seed }).get(model) ?? 0);
  return counts.reduce((sum, count) => sum + count, 0) / runs;
}

describe("every chooser", () => {
  const history = Array.from({ length: 40 }, (_, i) =>
    trialRecord({
      trial: i + 1,
      isKept: i % 7 === 0,
      detail: { model: i % 3 === 0 ? "a" : "b", exchange: i, answer: 0 },
    }),
  );
  const temperature = scheduledTemperature;
  const choosers: Readonly<Record<string, ChooseAsk>> = {
    single: singleModel("a", temperature),
    weighted: weightedModels(
      [
        { model: "a", weight: 1 },
        { model: "b", weight: 2 },
      ],
      { temperature },
    ),
    bandit: modelBandit(pair, { costs: free, temperature }),
    steered: withIntents(modelBandit(pair, { costs: free, temperature })),
  };
  it.each(Object.keys(choosers))(
    "%s is pure: the same context gives the same ask, and the stream is left alone",
    (name) => {
      const choose = choosers[name] as ChooseAsk;
      const context = contextAfter(history);
      const first = choose(context);
      expect(first).not.toBeNull();
      expect(choose(context)).toEqual(first);
      const stored = JSON.parse(JSON.stringify(history)) as typeof history;
      expect(choose(contextAfter(stored))).toEqual(first);
      expect(context.random.next()).toBe(contextAfter(history).random.next());
    },
  );
});

describe("weightedModels", () => {
  it("asks each model as often as its weight says", () => {
    const choose = weightedModels([{ model: "a", weight: 3 }, { model: "b" }]);
    const asked = play({ choose, chance, trials: 2000, seed: 1 });
    expect((asked.get("a") as number) / 2000).toBeCloseTo(0.75, 1);
  });
});

describe("chooserFor", () => {
  const options = { costs: free, temperature: () => 0.5 };
  it("takes the only model, at its own temperature if it has one", () => {
    expect(chooserFor([{ model: "a" }], options)(contextAfter([]))).toEqual({ model: "a", temperature: 0.5 });
    expect(chooserFor([{ model: "a", temperature: 0 }], options)(contextAfter([]))?.temperature).toBe(0);
  });

  it("goes by weights once one is given, and by what pays where none is", () => {
    const weighted = chooserFor(
      [
        { model: "a", weight: 1 },
        { model: "b", weight: 1 },
      ],
      options,
    );
    expect(play({ choose: weighted, chance, trials: 600, seed: 2 }).get("a")).toBeGreaterThan(250);
    expect(play({ choose: chooserFor(pair, options), chance, trials: 600, seed: 2 }).get("a")).toBeLessThan(150);
  });
});

describe("modelBandit", () => {
  it("asks the worse of two models no more often than the regret bound of Thompson sampling allows", () => {
    // Kaufmann, Korda & Munos 2012, theorem 2: (ln T + ln ln T) / KL(worse, better), here without its constant.
    const [worse, better, trials] = [0.1, 0.5, 300];
    const divergence = worse * Math.log(worse / better) + (1 - worse) * Math.log((1 - worse) / (1 - better));
    const bound = (Math.log(trials) + Math.log(Math.log(trials))) / divergence;
    const choose = modelBandit(pair, { costs: free, discount: 1 });
    const asked = meanAsked("a", 60, { choose, chance, trials });
    expect(asked).toBeLessThan(bound);
    expect(asked).toBeGreaterThan(1);
  });

  it("finds the model that pays more with a discount too, and notices when another one begins to pay", () => {
    const choose = modelBandit(pair, { costs: free });
    expect(meanAsked("b", 30, { choose, chance, trials: 200 })).toBeGreaterThan(150);
    const turning = (model: string, trial: number) => (trial <= 150 === (model === "b") ? 0.5 : 0.02);
    const first = meanAsked("b", 30, { choose, chance: turning, trials: 150 });
    const both = meanAsked("b", 30, { choose, chance: turning, trials: 300 });
    expect(first).toBeGreaterThan(110);
    expect(both - first).toBeLessThan(60);
  });

  it("prefers the model that pays more per dollar, not per trial", () => {
    const costs = byModel({ a: { dollars: 0.2, seconds: 10 }, b: { dollars: 0.002, seconds: 10 } });
    const pays = byModel({ a: 0.5, b: 0.2 });
    const asked = meanAsked("b", 30, {
      choose: modelBandit(pair, { costs }),
      chance: (m) => pays(null, m),
      trials: 150,
    });
    expect(asked).toBeGreaterThan(110);
  });

  it("lets models that cost nothing compete by the time they take", () => {
    const costs = byModel({ a: { dollars: 0, seconds: 90 }, b: { dollars: 0, seconds: 5 } });
    const asked = meanAsked("b", 30, { choose: modelBandit(pair, { costs }), chance: () => 0.3, trials: 150 });
    expect(asked).toBeGreaterThan(110);
  });

  it("asks the dearer model where a trial costs much more than a call", () => {
    const costs = byModel({ a: { dollars: 0.01, seconds: 10 }, b: { dollars: 0, seconds: 1 } });
    const hours = contextAfter(
      Array.from({ length: 60 }, (_, i) =>
        trialRecord({
          trial: i + 1,
          wallSeconds: 3600,
          isKept: i % 4 === 0,
          detail: { model: i % 2 === 0 ? "a" : "b" },
        }),
      ),
    );
    const choose = modelBandit(pair, { costs });
    const asked = Array.from({ length: 200 }, (_, i) => choose({ ...hours, random: createRandom(i) })?.model);
    expect(asked.filter((model) => model === "a").length).toBeGreaterThan(180);
  });
});

describe("scheduledTemperature", () => {
  const run = (kept: readonly boolean[]) =>
    scheduledTemperature(
      contextAfter(kept.map((isKept, i) => trialRecord({ trial: i + 1, isKept, detail: { model: "a" } }))),
    );

  it("rises while nothing helps and falls after a keep", () => {
    const stagnant = [0, 1, 5, 10].map((n) => run(Array.from({ length: n }, () => false)) as number);
    expect(stagnant).toEqual(stagnant.toSorted((a, b) => a - b));
    expect(stagnant[0]).toBe(0.7);
    expect(run([false, false, true])).toBeLessThan(stagnant[0] as number);
  });

  it("stays between its bounds", () => {
    expect(run(Array.from({ length: 99 }, () => false))).toBe(1.2);
    expect(run(Array.from({ length: 99 }, () => true))).toBe(0.2);
  });

  it("takes no notice of trials that no model proposed", () => {
    const others = Array.from({ length: 20 }, (_, i) => trialRecord({ trial: i + 1, proposer: "tpe" }));
    expect(scheduledTemperature(contextAfter(others))).toBe(0.7);
  });
});
