import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { applyEdit } from "../../src/core/edits/apply-edit.ts";
import type { ProgramFiles } from "../../src/core/edit.ts";
import { editBetween } from "../../src/propose/edit-between.ts";

const line = fc.constantFrom("a = 1\n", "b = 2\n", "\n", "}\n", "c = 3\r\n", "no end", "é 💥\n");
const text = fc.array(line, { maxLength: 14 }).map((lines) => lines.join(""));
/** A file of one kind of line ending keeps it, whoever writes it anew. */
const withoutReturns = (files: ProgramFiles): ProgramFiles =>
  Object.fromEntries(Object.entries(files).map(([path, value]) => [path, value.replaceAll("\r\n", "\n")]));
const files = fc.dictionary(fc.constantFrom("a.py", "b.py", "src/c.py", "src/d.py"), text);

describe("the edit between two versions", () => {
  test("applied to the first gives the second, without repairs; null only if there is nothing to say", () => {
    fc.assert(
      fc.property(files, files, (before, after) => {
        const edit = editBetween(before, after);
        const applied = edit === null ? { ok: true, files: before, repairs: [] } : applyEdit(before, edit, () => true);
        expect(applied).toMatchObject({ ok: true, repairs: [] });
        const result = "files" in applied ? applied.files : {};
        expect(withoutReturns(result)).toEqual(withoutReturns(after));
      }),
      { numRuns: 400 },
    );
  });

  test("knows a file from what every object has", () => {
    const made = Object.fromEntries([
      ["a.py", "x"],
      ["constructor", "y\n"],
      ["__proto__", "z\n"],
    ]);
    const edit = editBetween({ "a.py": "x" }, made);
    const applied = edit && applyEdit({ "a.py": "x" }, edit, () => true);
    expect(applied?.ok && new Map(Object.entries(applied.files))).toEqual(new Map(Object.entries(made)));
  });

  test("is short for a small change in a large file, and whole for one that changed throughout", () => {
    const large = Array.from({ length: 400 }, (_, i) => `line_${i} = ${i}\n`).join("");
    const small = editBetween({ "a.py": large }, { "a.py": large.replace("= 7\n", "= 8\n") });
    expect(small).toMatchObject({ kind: "search-replace" });
    expect(JSON.stringify(small).length).toBeLessThan(200);
    expect(editBetween({ "a.py": large }, { "a.py": "x = 1\n" })).toMatchObject({ kind: "whole-files" });
    expect(editBetween({ "a.py": "x" }, {})).toEqual({ kind: "whole-files", files: [{ path: "a.py", text: null }] });
  });

  test("is given where it changes what is frozen, so that applying it says why it is refused", () => {
    const before = { "a.py": "import a\n# EVOLVE-BLOCK-START\nx = 1\n# EVOLVE-BLOCK-END\nprint(x)\n" };
    const afters: ProgramFiles[] = [{ "a.py": before["a.py"].replace("print(x)", "print(9)") }, {}];
    for (const after of afters) {
      const edit = editBetween(before, after);
      expect(edit && applyEdit(before, edit, () => true)).toMatchObject({
        ok: false,
        reason: expect.stringContaining("EVOLVE-BLOCK"),
      });
    }
    // Line endings of a whole file are no change.
    const windows = { "a.py": before["a.py"].replaceAll("\n", "\r\n") };
    const edit = editBetween(windows, { "a.py": before["a.py"].replace("1", "2") });
    expect(edit && applyEdit(windows, edit, () => true)).toMatchObject({ ok: true });
  });
});
