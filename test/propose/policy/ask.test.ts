import { expect, test } from "vitest";

import { freshWeights } from "../../../src/propose/policy/actor.ts";
import { modelDelegates } from "../../../src/propose/policy/ask.ts";
import { policyProposer } from "../../../src/propose/policy/policy-proposer.ts";
import { simulateRun } from "../../../src/testing/simulate-run.ts";
import { gatewayOf, scriptedModel, settings } from "../model/scripted.ts";

test("a language model is asked in several ways, each an action of its own", async () => {
  const model = scriptedModel((_, call) => [
    `main.py\n<<<<<<< SEARCH\npass\n=======\npass\nprint("${"x".repeat(call)}")\n>>>>>>> REPLACE\n`,
  ]);
  const delegates = modelDelegates({ gateway: gatewayOf([model]).gateway, settings });
  expect(delegates.map(({ names }) => names[1])).toEqual([
    "free",
    "careful",
    "structure",
    "bold",
    "combine",
    "simplify",
  ]);
  const proposer = policyProposer({ weights: freshWeights("ask"), learn: false, delegates });
  // Every score is worse, so that the champion stays and only the model has anything to say about it.
  let score = 0;
  const { history } = await simulateRun({
    proposer,
    program: { "main.py": "pass\n" },
    score: () => score++,
    trials: 8,
    seed: 2,
  });
  expect(history).toHaveLength(9);
  const sites = history.slice(1).map(({ detail }) => (detail as { policy: { site: string } }).policy.site);
  expect(new Set(sites).size).toBeGreaterThan(2);
  expect(new Set(model.requests.map(({ temperature }) => temperature)).size).toBeGreaterThan(1);
  expect(history[1]?.detail).toMatchObject({ model: "scripted", exchange: 0 });
});

test("many models share the actions that there are", () => {
  const models = Array.from({ length: 5 }, (_, i) => scriptedModel(() => ["no"], { name: `m${i}` }));
  const delegates = modelDelegates({ gateway: gatewayOf(models).gateway, settings });
  expect(delegates).toHaveLength(10);
  expect(new Set(delegates.map(({ names }) => names.at(-1))).size).toBe(5);
});
