import { describe, expect, test } from "vitest";

import { sizeProblems } from "../../scripts/check-size.ts";
import { plant } from "./fixture-tree.ts";

const lines = (n: number): string => "  console.log(1);\n".repeat(n);
const problemsOf = async (files: Readonly<Record<string, string>>): Promise<string[]> => {
  using tree = plant(files);
  return await sizeProblems(tree.root);
};

describe("the sizes", () => {
  test("at the limits pass", async () => {
    const exports = Array.from({ length: 25 }, (_, i) => `export const e${i} = ${i};\n`).join("");
    expect(
      await problemsOf({
        "src/a.ts": `export function f() {\n${lines(68)}}\n`,
        "src/b.ts": "export const x = 1;\n".repeat(1) + "// text\n".repeat(399),
        "src/index.ts": exports,
      }),
    ).toEqual([]);
  });

  test("of a long function fail with its place", async () => {
    expect(await problemsOf({ "src/a.ts": `\nexport function f() {\n${lines(69)}}\n` })).toEqual([
      expect.stringMatching(/^src\/a\.ts:2: .*71/),
    ]);
    expect(await problemsOf({ "src/a.ts": `export const f = () => {\n${lines(69)}};\n` })).toEqual([
      expect.stringContaining("71"),
    ]);
  });

  test("of a long file fail", async () => {
    expect(await problemsOf({ "src/a.ts": "// text\n".repeat(401) })).toEqual([
      expect.stringContaining("src/a.ts has 401 lines"),
    ]);
  });

  test("of a crowded public face fail, types not counted", async () => {
    const exports = Array.from({ length: 26 }, (_, i) => `export const e${i} = ${i};\n`).join("");
    expect(await problemsOf({ "src/index.ts": `${exports}export type T = number;\n` })).toEqual([
      "src/index.ts exports 26 runtime names; at most 25 are allowed",
    ]);
  });
});
