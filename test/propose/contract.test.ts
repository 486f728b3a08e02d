import { describe, it } from "vitest";

import { createProposer, proposerNames } from "../../src/propose/registry.ts";
import { proposerContract } from "../../src/testing/proposer-contract.ts";

for (const { name } of proposerNames.filter(({ needs }) => needs === "nothing")) {
  describe(`the proposer ${name}`, () => {
    for (const check of proposerContract(() => createProposer(name))) it(check.name, () => check.run(), 60_000);
  });
}
