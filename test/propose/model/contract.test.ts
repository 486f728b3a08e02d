import { describe, it } from "vitest";

import { greedyModel } from "../../../src/propose/model/greedy.ts";
import { modelProposer } from "../../../src/propose/model/model-proposer.ts";
import { proposerContract } from "../../../src/testing/proposer-contract.ts";
import { gatewayOf, scriptedModel, settings, tuner } from "./scripted.ts";

const scripted = () => gatewayOf([scriptedModel(tuner)]).gateway;
const choose = () => ({ model: "scripted", temperature: undefined });

describe("a model as a proposer", () => {
  const create = () => modelProposer({ gateway: scripted(), choose, settings });
  for (const check of proposerContract(create)) it(check.name, () => check.run());
});

describe("a model that gives three answers per call", () => {
  const create = () => modelProposer({ gateway: scripted(), choose, settings: { ...settings, samples: 3 } });
  for (const check of proposerContract(create)) it(check.name, () => check.run());
});

describe("the greedy model", () => {
  const create = () => greedyModel({ gateway: scripted(), model: "scripted", temperature: 0.7, settings });
  for (const check of proposerContract(create)) it(check.name, () => check.run());
});
