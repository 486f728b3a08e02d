import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { ProgramFiles } from "../../src/core/edit.ts";
import { diffPrograms } from "../../src/workspace/diff.ts";
import { git, put, scratch } from "./scratch.ts";

/** Applies the diff with git itself, and returns the program that results. */
function applied(before: ProgramFiles, after: ProgramFiles): ProgramFiles {
  const folder = scratch(before);
  git(folder, "init", "-q", ".");
  const diff = diffPrograms(before, after);
  if (diff === "") return before;
  put(folder, { "the.patch": diff });
  git(folder, "apply", "--whitespace=nowarn", "the.patch");
  rmSync(join(folder, "the.patch"));
  const paths = git(folder, "-c", "core.quotePath=false", "ls-files", "-z", "--others")
    .split("\0")
    .filter((path) => path !== "");
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

describe("a diff of two programs", () => {
  it("looks like git's", () => {
    expect(diffPrograms({ "a.py": "1\n2\n3\n" }, { "a.py": "1\ntwo\n3\n" })).toBe(
      "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,3 +1,3 @@\n 1\n-2\n+two\n 3\n",
    );
  });

  it("marks the end of a name with a space, as git does for other tools", () => {
    expect(diffPrograms({ "a b": "1\n" }, { "a b": "2\n" })).toContain("--- a/a b\t\n+++ b/a b\t\n");
  });

  it("takes no name that every object has for a file of a program without it", () => {
    expect(diffPrograms({}, { constructor: "1\n" } as unknown as ProgramFiles)).toContain(
      "--- /dev/null\n+++ b/constructor",
    );
  });

  it("is empty when nothing changed", () => {
    expect(diffPrograms({ a: "x" }, { a: "x" })).toBe("");
  });

  it.each<[string, ProgramFiles, ProgramFiles]>([
    ["a changed line", { "a.py": "1\n2\n3\n" }, { "a.py": "1\ntwo\n3\n" }],
    ["Windows line ends", { "a.py": "1\r\n2\r\n3\r\n" }, { "a.py": "1\r\ntwo\r\n3\r\n" }],
    ["Windows line ends that go", { "a.py": "1\r\n2\r\n" }, { "a.py": "1\n2\n" }],
    ["a final newline that goes", { "a.py": "1\n2\n" }, { "a.py": "1\n2" }],
    ["a final newline that comes", { "a.py": "1\n2" }, { "a.py": "1\n2\n" }],
    ["no final newline on either side", { "a.py": "1\n2" }, { "a.py": "1\nII" }],
    ["a new file in a new folder", { "a.py": "1\n" }, { "a.py": "1\n", "b/c.py": "new\nfile" }],
    ["a new empty file", { "a.py": "1\n" }, { "a.py": "1\n", "b.py": "" }],
    ["a deleted file", { "a.py": "1\n", "b.py": "x\n" }, { "a.py": "1\n" }],
    ["a deleted empty file", { "a.py": "1\n", "b.py": "" }, { "a.py": "1\n" }],
    ["a file that becomes empty", { "a.py": "1\n2\n" }, { "a.py": "" }],
    ["an empty file that is filled", { "a.py": "" }, { "a.py": "1\n" }],
    [
      "names with spaces, quotes and letters beyond ASCII",
      { "a b.py": "1\n", 'c"d\\e\tf.py': "1\n", "ä ö.py": "1\n" },
      { "a b.py": "2\n", 'c"d\\e\tf.py': "2\n", "ä ö.py": "2\n" },
    ],
    ["a new file with a space in its name", {}, { "a b.py": "2\n" }],
    [
      "lines that look like a diff",
      { a: "--- a/x\n+++ b/x\n@@ -1 +1 @@\n" },
      { a: "--- a/x\n-- b\n@@ -1 +1 @@\n++ c\n" },
    ],
    ["carriage returns inside lines", { a: "x\ry\n1\n" }, { a: "x\rz\n1\n" }],
  ])("is accepted by git apply: %s", (_what, before, after) => {
    expect(applied(before, after)).toEqual(after);
  });

  it("of thousands of changed lines is quick and right", () => {
    const lines = (seed: string) =>
      Array.from({ length: 20_000 }, (_, i) => `${seed}${(i * 7919) % 104729}\n`).join("");
    const [before, after] = [{ a: lines("a") }, { a: `${lines("b")}end` }];
    expect(applied(before, after)).toEqual(after);
  });

  it("is accepted by git apply whatever the texts", () => {
    const parts = ["a\n", "b\n", "\n", "a\r\n", "+\n", "- \n", "\\ No newline at end of file\n", "é"];
    const text = fc.array(fc.constantFrom(...parts), { maxLength: 12 }).map((lines) => lines.join(""));
    // Many files in one diff, since each call of git takes longer than all the rest.
    const program = fc
      .tuple(...Array.from({ length: 24 }, () => text))
      .map((texts) => Object.fromEntries(texts.entries()));
    fc.assert(
      fc.property(program, program, (before, after) => {
        expect(applied(before, after)).toEqual(after);
      }),
      { numRuns: 5 },
    );
  });
});
