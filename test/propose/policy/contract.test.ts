import { describe, it } from "vitest";

import { freshWeights } from "../../../src/propose/policy/actor.ts";
import { policyProposer } from "../../../src/propose/policy/policy-proposer.ts";
import { proposerContract } from "../../../src/testing/proposer-contract.ts";

const weights = freshWeights("contract");

describe.each([
  ["learns nothing further", { weights, learn: false }],
  ["learns every four trials", { weights, batch: 4 }],
])("the policy that %s", (_, options) => {
  for (const check of proposerContract(() => policyProposer(options))) it(check.name, () => check.run(), 120_000);
});
