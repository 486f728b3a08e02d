import { describe, it } from "vitest";

import { crossover } from "../../../src/propose/ensemble/crossover.ts";
import { islands } from "../../../src/propose/ensemble/islands.ts";
import { noveltyFilter } from "../../../src/propose/ensemble/novelty-filter.ts";
import { createProposer } from "../../../src/propose/registry.ts";
import type { Proposer } from "../../../src/propose/types.ts";
import { proposerContract } from "../../../src/testing/proposer-contract.ts";
import { gatewayOf, scriptedModel, settings, tuner } from "../model/scripted.ts";

const two = () =>
  gatewayOf([scriptedModel(tuner, { name: "first" }), scriptedModel(tuner, { name: "second" })]).gateway;
const agent: Proposer = { ...createProposer("random"), name: "agent" };

const proposers: Readonly<Record<string, () => Proposer>> = {
  "two models": () => createProposer("model", { gateway: two(), settings }),
  "two models by weights": () =>
    createProposer("model", { gateway: two(), models: [{ model: "first", weight: 3 }, { model: "second" }], settings }),
  "two models that give three answers per call": () =>
    createProposer("model", { gateway: two(), settings: { ...settings, samples: 3 } }),
  "the greedy model": () => createProposer("greedy-llm", { gateway: two(), settings }),
  "the portfolio with models and an agent": () => createProposer("portfolio", { gateway: two(), settings, agent }),
  "the portfolio on three islands": () => createProposer("portfolio", { islands: 3 }),
  "models on two islands": () => createProposer("model", { gateway: two(), settings, islands: 2 }),
  "CMA-ES on two islands": () => islands(2, createProposer("cma-es"), { every: 5 }),
  "a filtered search": () => noveltyFilter(createProposer("rewrites")),
  "crossover with another's mutations": () => crossover({ mutate: createProposer("random") }),
};

for (const [name, create] of Object.entries(proposers)) {
  describe(name, () => {
    for (const check of proposerContract(create)) it(check.name, () => check.run(), 60_000);
  });
}
