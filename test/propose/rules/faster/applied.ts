import { expect } from "vitest";

import { applyRewrite, findRewrites } from "../../../../src/propose/rewrites.ts";
import type { Rule } from "../../../../src/propose/rules/rule.ts";
import { checkSyntax } from "../../../../src/syntax/check-syntax.ts";

/** What a rule makes of a text, by description; all of it parses as well as the text itself. */
export async function applied(rule: Rule, path: string, text: string): Promise<ReadonlyMap<string, string>> {
  const files = { [path]: text };
  const found = (await findRewrites(files, [rule])).filter((one) => one.rule === rule);
  const made = found.map((one): [string, string] => [
    one.rewrite.description,
    applyRewrite(files, one)?.files[path] ?? "",
  ]);
  for (const [, after] of made) expect(await checkSyntax({ [path]: after }, files)).toEqual([]);
  return new Map(made);
}
