import { expect, it } from "vitest";

import { filled } from "../../../../../src/propose/rules/faster/scripts/filled.ts";
import { applied } from "../applied.ts";
import { moduleOf } from "./running.ts";

it.each([
  ["Array.from({ length: 3 }, () => 0)", "new Array<number>(3).fill(0)"],
  ['Array.from({ length: xs.length + 1 }, () => "")', 'new Array<string>(xs.length + 1).fill("")'],
  [
    "Array.from({ length: n }, () => [0])",
    "new Array<undefined>(Math.max(0, Math.trunc(n) || 0)).fill(undefined).map(() => [0])",
  ],
  [
    "Array.from({ length: n }, (_, i) => i * 2)",
    "new Array<undefined>(Math.max(0, Math.trunc(n) || 0)).fill(undefined).map((_, i) => i * 2)",
  ],
  ["xs.filter((x, i) => xs.indexOf(x) === i)", "[...new Set(xs)]"],
  ["xs.filter((x, i, all) => all.indexOf(x) === i)", "[...new Set(xs)]"],
])("%s is %s", async (before, after) => {
  const text = (code: string): string => `export const f = (n: number, xs: number[]) => ${code};\n`;
  expect([...(await applied(filled, "a.ts", text(before))).values()]).toEqual([text(after)]);
  const [old, made] = await Promise.all([before, after].map((code) => moduleOf(text(code))));
  const run = (one: Record<string, unknown> = {}): unknown =>
    (one["f"] as (n: number, xs: number[]) => unknown)(4, [3, 1, 3, 2, 1]);
  expect(run(made)).toEqual(run(old));
});

it.each([4, 2.9, -1, Number.NaN, "3", undefined])("a length of %s makes the list that it made", async (n) => {
  const text = "export const f = (n) => Array.from({ length: n }, () => 0);\n";
  const after = [...(await applied(filled, "a.js", text)).values()];
  expect(after).toEqual(["export const f = (n) => new Array(Math.max(0, Math.trunc(n) || 0)).fill(0);\n"]);
  const [old, made] = await Promise.all([text, after[0] ?? ""].map(moduleOf));
  const run = (one: Record<string, unknown> = {}): unknown => (one["f"] as (length: unknown) => unknown)(n);
  expect(run(made)).toEqual(run(old));
});

it.each([
  "Array.from(new Set(xs), (x) => x + 1)",
  "Array.from({ length: 2, 0: 1 }, () => 0)",
  "Array.from({ length: 2 })",
  "Array.from({ length: 2 }, f)",
  "Float64Array.from({ length: 2 }, () => 0)",
  "xs.filter((x, i) => ys.indexOf(x) === i)",
  "xs.filter((x, i) => xs.indexOf(x) !== i)",
  "next().filter((x, i) => next().indexOf(x) === i)",
])("%s is left alone", async (code) => {
  expect([...(await applied(filled, "a.js", `const f = ${code};\n`)).keys()]).toEqual([]);
});
