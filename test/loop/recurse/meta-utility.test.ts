/** û of an improver: which downstream runs its mean is of. */
import { expect, it } from "vitest";

import { DEFAULT_RECURSION } from "../../../src/loop/recurse/settings.ts";
import { downstreamRuns } from "../../../src/loop/recurse/meta-utility.ts";
import { memoryParts } from "./memory-parts.ts";

const nothing = { description: "", score: async () => ({ score: 0, reason: "", flags: [], parts: [] }) };

it("measures a task that is named twice twice as often, each time from its own seed solution", async () => {
  const seeds = ["a", "b"];
  const begun: string[] = [];
  const runs = await downstreamRuns(
    "improver",
    {
      problems: seeds.map((seedSolution) => ({ name: "sat", seedSolution, utility: nothing })),
      copies: 2,
      budget: DEFAULT_RECURSION.downstream,
      parts: memoryParts(),
      label: "validation",
      runDownstream: async (_, { seedSolution }, { label }) => {
        begun.push(label);
        return { score: seeds.indexOf(seedSolution), test: null, solution: "", failure: "", flags: [], measured: {} };
      },
    },
    new AbortController().signal,
  );
  expect(runs.map(({ score }) => score)).toEqual([0, 0, 1, 1]);
  expect(begun.map((label) => label.split("/").at(-1))).toEqual(["sat-0", "sat-1", "sat-2", "sat-3"]);
});
