/** Every shipped improver under the contract suite, and its source as it is shipped. */
import { describe, expect, it } from "vitest";

import { improverNames, improverSource } from "../../src/improve/shipped.ts";
import { improverContract } from "../../src/testing/improver-contract.ts";
import { sandbox } from "./helpers.ts";

describe.each(improverNames)("the shipped improver %s", (name) => {
  const checks = improverContract(improverSource(name), { sandbox, measures: name !== "chain-of-thought" });
  it.each(checks)("$name", async ({ run }) => {
    await expect(run()).resolves.toBe(undefined);
  });
});

describe("improverSource", () => {
  it("gives the text of every shipped improver, which exports improve and imports nothing but strop/improver", () => {
    for (const name of improverNames) {
      const source = improverSource(name);
      expect(source).toMatch(/^\/\*\*[^]*?STOP[^]*?\*\/\nimport \{[^}]*\} from "strop\/improver";\n/);
      expect(source).toContain("export async function improve(");
      expect(source.match(/^import /gm)).toHaveLength(1);
    }
  });

  it.each(["nonsense", "../run-improver", "__proto__", ""])(
    "refuses the name %j and lists those that there are",
    (name) => {
      expect(() => improverSource(name)).toThrow(/expected the name of a shipped improver, found/);
    },
  );
});
