import { describe, expect, it } from "vitest";

import { latestValue } from "../../../src/propose/builtin/latest-value.ts";
import { repetition } from "../../../src/propose/builtin/repetition.ts";
import type { Rule, Source } from "../../../src/propose/rules/rule.ts";
import { improverNames, improverSource } from "../../../src/improve/shipped.ts";
import { searchStarts } from "../../../src/downstream/starts/starts.ts";
import { checkSyntax } from "../../../src/syntax/check-syntax.ts";
import { parse } from "../../../src/syntax/parse.ts";
import { walk } from "../../../src/syntax/tree.ts";

async function sourceOf(text: string): Promise<Source> {
  const root = await parse("typescript", text);
  if (root === null) throw new Error("expected TypeScript");
  return { path: "a.ts", language: "typescript", text, nodes: [...walk(root)] };
}

/** Every text that a rule makes of a text, by its description. */
async function results(rule: Rule, text: string): Promise<Map<string, string>> {
  const source = await sourceOf(text);
  return new Map(
    rule.find(source).map(({ description, replacements }) => {
      const after = replacements
        .toSorted((a, b) => b.start - a.start)
        .reduce((now, { start, end, text: put }) => now.slice(0, start) + put + now.slice(end), text);
      return [description, after];
    }),
  );
}

const shipped = [...improverNames.map(improverSource), ...Object.values(searchStarts)];

describe("repetition", () => {
  it("puts a run of statements in a counted loop", async () => {
    const made = await results(repetition, "function f(x: number) {\n  const y = x + 1;\n  use(y);\n  return x;\n}\n");
    expect([...made.values()]).toContain(
      "function f(x: number) {\n  for (let round = 0; round < 4; round++) {\n    const y = x + 1;\n    use(y);\n  }\n  return x;\n}\n",
    );
  });

  it("leaves out a run that declares what is used behind it, that ends the function, or that does nothing", async () => {
    expect(await results(repetition, "function f() {\n  const a = g();\n  return a;\n}\n")).toEqual(new Map());
    expect(await results(repetition, "function f(x: number) {\n  if (x > 1) return 2;\n  return 1;\n}\n")).toEqual(
      new Map(),
    );
    const made = await results(repetition, "function f() {\n  const a = g();\n  h(a);\n  k(a);\n}\n");
    expect([...made.keys()].filter((one) => one.startsWith("do const a") && one.includes("and 1 more"))).toEqual([]);
  });

  it("multiplies a loop's bound, but not where the counter is an index", async () => {
    const made = await results(
      repetition,
      "for (let i = 0; i < 10; i++) f();\nfor (let k = 0; k < n; k++) a[k] = 0;\n",
    );
    expect([...made.values()].map((text) => text.slice(0, 25))).toEqual([
      "for (let i = 0; i < 20; i",
      "for (let i = 0; i < 40; i",
      "for (let i = 0; i < 80; i",
    ]);
    const named = await results(repetition, "for (let i = 0; i < steps; i++) f();\n");
    expect([...named.values()][0]).toContain("i < 2 * steps;");
  });

  it("does not change texts of several lines, nor take a name that is taken", async () => {
    const text = "function f() {\n  const round = `a\nb`;\n  use(`c\nd`, round);\n}\n";
    for (const after of (await results(repetition, text)).values()) {
      expect(after).toContain("`c\nd`");
      expect(after).toContain("let turn = 0");
    }
    expect((await results(repetition, text)).size).toBeGreaterThan(0);
  });
});

describe("the latest value", () => {
  const SEARCH = `function search(start: string) {
  let best = { code: start, score: 0 };
  const next = step(start);
  if (next.score > best.score) best = next;
  return best.code;
}
`;

  it("goes on from a variable that began as a value and changed since", async () => {
    expect([...(await results(latestValue, SEARCH)).values()]).toEqual([
      SEARCH.replace("step(start)", "step(best.code)"),
    ]);
    const plain = "function f(a: number) {\n  let b = a;\n  b = g(a);\n  return b;\n}\n";
    expect([...(await results(latestValue, plain)).keys()]).toEqual(["b in place of a"]);
  });

  it("keeps away from what never changes, and from a name with two meanings", async () => {
    expect((await results(latestValue, SEARCH.replace("best = next", "log(next)"))).size).toBe(0);
    const shadowed = SEARCH.replace("const next = step(start);", "const next = list.map((start) => step(start));");
    expect((await results(latestValue, shadowed)).size).toBe(0);
  });
});

describe("both", () => {
  it("make correct syntax out of every shipped improver and start", async () => {
    let count = 0;
    for (const text of shipped) {
      for (const rule of [repetition, latestValue]) {
        for (const after of (await results(rule, text)).values()) {
          expect(await checkSyntax({ "a.ts": after }, { "a.ts": text })).toEqual([]);
          count++;
        }
      }
    }
    expect(count).toBeGreaterThan(50);
  });

  it("find nothing to do in other languages", async () => {
    const source: Source = { ...(await sourceOf("function f() { g(); }")), language: "python" };
    expect([...repetition.find(source), ...latestValue.find(source)]).toEqual([]);
  });
});
