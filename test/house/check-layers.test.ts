import { dirname } from "node:path";

import { describe, expect, test } from "vitest";

import { layerProblems } from "../../scripts/check-layers.ts";
import { importsOf } from "../../scripts/imports.ts";
import { plant } from "./fixture-tree.ts";

const problemsOf = (files: Readonly<Record<string, string>>): string[] => {
  using tree = plant(files);
  return layerProblems(tree.root);
};

describe("the layers", () => {
  test("of this repository hold", () => {
    expect(layerProblems(dirname(dirname(import.meta.dirname)))).toEqual([]);
  });

  test("allow imports from the own room and from lower floors", () => {
    expect(
      problemsOf({
        "src/core/a.ts": 'import { b } from "./b.ts";\nimport { createHash } from "node:crypto";',
        "src/core/b.ts": "export const b = 1;",
        "src/journal/c.ts":
          'import { b } from "../core/b.ts";\nimport type { Trial } from "strop/task";\nimport Database from "better-sqlite3";',
        "src/task.ts": "export interface Trial {}",
        "src/index.ts": 'export { c } from "./journal/c.ts";',
        "src/cli/main.ts": 'import { b } from "../core/b.ts";',
      }),
    ).toEqual([]);
  });

  test.each([
    [
      "upwards",
      { "src/core/a.ts": 'import { l } from "../loop/l.ts";', "src/loop/l.ts": "" },
      "src/core/a.ts imports src/loop/l.ts, which is on a higher floor (0 → 3)",
    ],
    [
      "upwards for a type",
      { "src/core/a.ts": 'import type { L } from "../loop/l.ts";', "src/loop/l.ts": "" },
      "higher floor",
    ],
    [
      "upwards for a type in an expression",
      { "src/core/a.ts": 'type L = import("../loop/l.ts").L;', "src/loop/l.ts": "" },
      "higher floor",
    ],
    ["upwards by re-export", { "src/core/a.ts": 'export * from "../loop/l.ts";', "src/loop/l.ts": "" }, "higher floor"],
    [
      "upwards over several lines",
      { "src/core/a.ts": 'import {\n  l,\n  m,\n} from "../loop/l.ts";', "src/loop/l.ts": "" },
      "higher floor",
    ],
    [
      "upwards at run time",
      { "src/core/a.ts": 'const l = await import("../loop/l.ts");', "src/loop/l.ts": "" },
      "higher floor",
    ],
    [
      "sideways",
      { "src/journal/a.ts": 'import { s } from "../sandbox/s.ts";', "src/sandbox/s.ts": "" },
      "on the same floor (1 → 1)",
    ],
    [
      "the public face",
      { "src/loop/a.ts": 'import { run } from "../index.ts";', "src/index.ts": "" },
      "for users of the package only",
    ],
    [
      "the package by its own name",
      { "src/loop/a.ts": 'import { run } from "strop";', "src/index.ts": "" },
      "for users of the package only",
    ],
    [
      "test suites",
      { "src/cli/a.ts": 'import { s } from "../testing/s.ts";', "src/testing/s.ts": "" },
      "testing/ is for tests only",
    ],
    ["tests", { "src/loop/a.ts": 'import { s } from "../../test/s.ts";' }, "outside src/"],
    ["a disk from a pure room", { "src/judge/a.ts": 'import { readFile } from "node:fs/promises";' }, "judge/ is pure"],
    [
      "programs' types from below themselves",
      { "src/task.ts": 'import type { A } from "./core/a.ts";', "src/core/a.ts": "" },
      "higher floor (-1 → 0)",
    ],
  ])("refuse to import %s", (_name, files, problem) => {
    expect(problemsOf(files)).toEqual([expect.stringContaining(problem)]);
  });

  test("refuse a room that has no floor", () => {
    expect(problemsOf({ "src/attic/a.ts": "" })).toEqual([expect.stringContaining("the room attic/ has no floor")]);
  });

  test("refuse circles of files, also through types, and name the way round", () => {
    expect(
      problemsOf({
        "src/core/a.ts": 'import { b } from "./b.ts";',
        "src/core/b.ts": 'import { c } from "./c.ts";',
        "src/core/c.ts": 'import type { A } from "./a.ts";',
      }),
    ).toEqual(["files import each other in a circle: src/core/a.ts → src/core/b.ts → src/core/c.ts → src/core/a.ts"]);
  });

  test("refuse circles of sibling folders without a circle of files", () => {
    expect(
      problemsOf({
        "src/nn/ops/a.ts": 'import { b } from "../layers/b.ts";',
        "src/nn/layers/b.ts": "",
        "src/nn/layers/c.ts": 'import { d } from "../ops/d.ts";',
        "src/nn/ops/d.ts": "",
      }),
    ).toEqual([expect.stringContaining("folders import each other in a circle")]);
  });
});

describe("finding imports", () => {
  test("comments, strings and templates hold none", () => {
    expect(
      importsOf(
        [
          '// import { a } from "./a.ts";',
          '/*\nimport { b } from "./b.ts";\n*/',
          'const text = `\nimport { c } from "./c.ts";\n`;',
          "const said = 'import { d } from \"./d.ts\"';",
          'import { e } from "./e.ts"; // import "./f.ts"',
        ].join("\n"),
      ),
    ).toEqual(["./e.ts"]);
  });

  test("every form is found", () => {
    expect(
      importsOf(
        [
          'import "./a.ts";',
          'import b from "./b.ts";',
          'import * as c from "./c.ts";',
          "import { d } from './d.ts';",
          'import e, { type F } from "./e.ts";',
          'export { g } from "./g.ts";',
          'export * as h from "./h.ts";',
          'export type { I } from "./i.ts";',
          'const j = () => import("./j.ts");',
        ].join("\n"),
      ),
    ).toEqual(["./a.ts", "./b.ts", "./c.ts", "./d.ts", "./e.ts", "./g.ts", "./h.ts", "./i.ts", "./j.ts"]);
  });
});
