import { expect, test } from "vitest";

import { encodeWeights, freshWeights, shippedWeights } from "../../../src/propose/policy/actor.ts";
import { policyProposer } from "../../../src/propose/policy/policy-proposer.ts";
import { simulateRun } from "../../../src/testing/simulate-run.ts";

test("the weights that strop comes with fit the network, are small, and propose other edits than untrained ones", async () => {
  const shipped = await shippedWeights();
  expect(encodeWeights(shipped).length).toBeLessThan(300_000);
  const program = { "main.py": "learning_rate = 0.01\nmomentum = 0.5\nwidth = 64\n" };
  const run = (proposer: ReturnType<typeof policyProposer>) =>
    simulateRun({ proposer, program, score: (files) => files["main.py"]!.length, trials: 6, seed: 1 });
  const [trained, untrained] = [await run(policyProposer()), await run(policyProposer({ weights: freshWeights(1) }))];
  expect(trained.history).toHaveLength(7);
  expect(trained.history.map((one) => one.description)).not.toEqual(untrained.history.map((one) => one.description));
});
