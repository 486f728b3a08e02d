import { createTwoFilesPatch } from "diff";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { applyEdit, type EditResult } from "../../../src/core/edits/apply-edit.ts";
import type { Edit, ProgramFiles } from "../../../src/core/edit.ts";

const anywhere = (): boolean => true;
const apply = (files: ProgramFiles, edit: Edit): EditResult => applyEdit(files, edit, anywhere);
const block = (search: string, replace: string, path = "a.ts"): Edit => ({
  kind: "search-replace",
  blocks: [{ path, search, replace }],
});
const diff = (text: string): Edit => ({ kind: "unified-diff", diff: text });
const whole = (path: string, text: string | null): Edit => ({ kind: "whole-files", files: [{ path, text }] });

const textOf = (result: EditResult, path = "a.ts"): string => {
  if (!result.ok) throw new Error(result.reason);
  return result.files[path] as string;
};
const reasonOf = (result: EditResult): string => (result.ok ? "it applied" : result.reason);

describe("SEARCH/REPLACE", () => {
  test("a text that occurs once is replaced and nothing else changes", () => {
    const result = apply({ "a.ts": "one\ntwo\nthree\n", "b.ts": "two\n" }, block("two\n", "2\n"));
    expect(result).toEqual({ ok: true, files: { "a.ts": "one\n2\nthree\n", "b.ts": "two\n" }, repairs: [] });
  });

  test("part of a line may be replaced", () => {
    expect(textOf(apply({ "a.ts": "const rate = 0.1;\n" }, block("0.1", "0.3")))).toBe("const rate = 0.3;\n");
  });

  test("whole lines never match the end of a longer line", () => {
    expect(reasonOf(apply({ "a.ts": "max = 1\n" }, block("x = 1\n", "x = 2\n")))).toContain("not found");
    expect(textOf(apply({ "a.ts": "max = 1\nx = 1\n" }, block("x = 1\n", "x = 2\n")))).toBe("max = 1\nx = 2\n");
  });

  test("an ambiguous text is refused with the number of places and their lines", () => {
    const reason = reasonOf(apply({ "a.ts": "x\ny\nx\nz\nx\n" }, block("x\n", "w\n")));
    expect(reason).toBe("a.ts: the SEARCH text occurs 3 times, on lines 1, 3 and 5; expected exactly once");
  });

  test("a missing text is refused with the most similar line", () => {
    const reason = reasonOf(
      apply({ "a.ts": "const width = 64;\nconst depth = 4;\n" }, block("const widht = 64;\n", "x\n")),
    );
    expect(reason).toContain("not found");
    expect(reason).toContain("1: `const width = 64;`");
  });

  test("a text that goes wrong half-way is refused with the line that differs", () => {
    const reason = reasonOf(apply({ "a.ts": "start();\nmiddle();\nend();\n" }, block("start();\nmuddle();\n", "x\n")));
    expect(reason).toContain("where `muddle();` is expected the file has `middle();`");
  });

  test("blocks apply in order, and one that fails undoes all", () => {
    const files = { "a.ts": "one\ntwo\n" };
    const edit: Edit = {
      kind: "search-replace",
      blocks: [
        { path: "a.ts", search: "one\n", replace: "1\n" },
        { path: "a.ts", search: "three\n", replace: "3\n" },
      ],
    };
    expect(apply(files, edit).ok).toBe(false);
    expect(files).toEqual({ "a.ts": "one\ntwo\n" });
  });

  test("an empty SEARCH creates a file, but never overwrites one", () => {
    expect(textOf(apply({}, block("", "new\n", "lib/b.ts")), "lib/b.ts")).toBe("new\n");
    expect(reasonOf(apply({ "a.ts": "old\n" }, block("", "new\n")))).toContain("exists and is not empty");
  });

  test("a last line without a line break keeps having none", () => {
    expect(textOf(apply({ "a.ts": "one\ntwo" }, block("two\n", "2\n")))).toBe("one\n2");
  });
});

describe("near-misses", () => {
  test("trailing white space is forgiven, and kept on the lines that stay", () => {
    const result = apply({ "a.ts": "one  \ntwo\t\nthree\n" }, block("one\ntwo\nthree\n", "one\n2\nthree\n"));
    expect(textOf(result)).toBe("one  \n2\nthree\n");
    expect(result).toMatchObject({ repairs: ["a.ts: trailing white space ignored"] });
  });

  test("a uniform shift of the indentation is forgiven in both directions", () => {
    const inner = { "a.ts": "if (x) {\n    one();\n\n    two();\n}\n" };
    expect(textOf(apply(inner, block("one();\n\ntwo();\n", "one();\n\n  three();\n")))).toBe(
      "if (x) {\n    one();\n\n      three();\n}\n",
    );
    const outer = apply(
      { "a.ts": "one();\ntwo();\n" },
      block("    one();\n    two();\n", "    one();\n    if (y) {\n      two();\n    }\n"),
    );
    expect(textOf(outer)).toBe("one();\nif (y) {\n  two();\n}\n");
    expect(outer).toMatchObject({ repairs: ["a.ts: indentation shifted"] });
  });

  test("an uneven shift of the indentation is not forgiven", () => {
    expect(apply({ "a.py": "if x:\n    one()\n  two()\n" }, block("one()\ntwo()\n", "three()\n", "a.py")).ok).toBe(
      false,
    );
  });

  test("a place where only the new lines' indentation is unclear is a place all the same", () => {
    const at = (pad: string) => `${pad}    one();\n${pad}    two();\n${pad}three();\n`;
    const edit = block(at(""), "    one();\n    two();\nif (x) {\n  three();\n}\n");
    const file = (places: string) => ({
      "a.ts": `f(() => {\n    g();\n    h(() => {\n        i();\n    });\n});\n${places}`,
    });
    expect(textOf(apply(file(at("      ")), edit))).toContain("        three();\n");
    expect(reasonOf(apply(file(at("    ")), edit))).toContain("not found");
    expect(reasonOf(apply(file(`${at("    ")}between();\n${at("      ")}`), edit))).toContain(
      "2 times, on lines 7 and 11",
    );
  });

  test("spaces stand for tabs and the other way round", () => {
    const tabs = apply(
      { "a.go": "func f() {\n\tif x {\n\t\ty()\n\t}\n}\n" },
      block("    if x {\n        y()\n    }\n", "    if z {\n        y()\n        w()\n    }\n", "a.go"),
    );
    expect(textOf(tabs, "a.go")).toBe("func f() {\n\tif z {\n\t\ty()\n\t\tw()\n\t}\n}\n");
    expect(tabs).toMatchObject({ repairs: ["a.go: tabs and spaces exchanged"] });
  });

  test("a near-miss in two places is refused", () => {
    expect(reasonOf(apply({ "a.ts": "x \ny\nx  \n" }, block("x\n", "z\n")))).toContain("2 times, on lines 1 and 3");
  });

  test("a file with Windows line endings keeps them, on new lines too", () => {
    const result = apply({ "a.ts": "one\r\ntwo\r\nthree\r\n" }, block("two\nthree\n", "2\n2.5\nthree\n"));
    expect(textOf(result)).toBe("one\r\n2\r\n2.5\r\nthree\r\n");
    expect(result).toMatchObject({ repairs: ["a.ts: line endings adapted"] });
    expect(textOf(apply({ "a.ts": "one\ntwo\n" }, block("two\r\n", "2\r\n")))).toBe("one\n2\n");
  });

  test("in a file of mixed line endings every untouched line keeps its own", () => {
    const result = apply({ "a.ts": "one\r\ntwo\nthree\r\nfour\r\n" }, block("one\ntwo\nthree\n", "one\n2\nthree\n"));
    expect(textOf(result)).toBe("one\r\n2\r\nthree\r\nfour\r\n");
  });

  test("a byte order mark stays where it is", () => {
    expect(textOf(apply({ "a.ts": "\ufeffone\ntwo\n" }, block("one\n", "1\n")))).toBe("\ufeff1\ntwo\n");
    expect(textOf(apply({ "a.ts": "\ufeffone\n" }, whole("a.ts", "1\n")))).toBe("\ufeff1\n");
  });
});

describe("whole files", () => {
  test("a file is replaced, created or deleted", () => {
    expect(textOf(apply({ "a.ts": "old\n" }, whole("a.ts", "new\n")))).toBe("new\n");
    expect(textOf(apply({ "a.ts": "old\n" }, whole("b.ts", "new\n")), "b.ts")).toBe("new\n");
    expect(apply({ "a.ts": "old\n", "b.ts": "x" }, whole("b.ts", null))).toMatchObject({
      ok: true,
      files: { "a.ts": "old\n" },
    });
  });

  test("deleting a file that is not there is refused", () => {
    expect(reasonOf(apply({ "a.ts": "" }, whole("b.ts", null)))).toContain(
      "b.ts is not a file of the program; its files are a.ts",
    );
  });

  test("a file cannot be a folder too", () => {
    expect(reasonOf(apply({ lib: "x" }, whole("lib/a.ts", "y")))).toContain("one would be a folder and a file");
  });

  test("Windows line endings survive a new text that has none", () => {
    expect(textOf(apply({ "a.ts": "old\r\n" }, whole("a.ts", "new\nlines\n")))).toBe("new\r\nlines\r\n");
  });
});

describe("unified diffs", () => {
  const program = { "a.ts": "one\ntwo\nthree\nfour\nfive\n" };

  test("hunks apply", () => {
    const edit = diff(
      "--- a/a.ts\n+++ b/a.ts\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n@@ -5,1 +5,2 @@\n five\n+six\n",
    );
    expect(textOf(apply(program, edit))).toBe("one\n2\nthree\nfour\nfive\nsix\n");
  });

  test("wrong line numbers and counts do not matter", () => {
    const edit = diff("--- a.ts\n+++ a.ts\n@@ -70,9 +71,2 @@ somewhere\n three\n-four\n+4\n");
    expect(textOf(apply(program, edit))).toBe("one\ntwo\nthree\n4\nfive\n");
  });

  test("among equal places the right line number decides, and a wrong one is refused", () => {
    const twice = { "a.ts": "x\ny\nx\ny\n" };
    expect(textOf(apply(twice, diff("--- a/a.ts\n+++ b/a.ts\n@@ -3,1 +3,1 @@\n-x\n+z\n")))).toBe("x\ny\nz\ny\n");
    expect(reasonOf(apply(twice, diff("--- a/a.ts\n+++ b/a.ts\n@@ -7,1 +7,1 @@\n-x\n+z\n")))).toContain(
      "occur 2 times",
    );
  });

  test("a later hunk is looked for after an earlier one", () => {
    const twice = { "a.ts": "x\ny\nx\ny\n" };
    const edit = diff("--- a/a.ts\n+++ b/a.ts\n@@ @@\n-x\n-y\n-x\n+1\n@@ @@\n-y\n+2\n");
    expect(textOf(apply(twice, edit))).toBe("1\n2\n");
  });

  test("a removed line that starts with two dashes is not a file header", () => {
    expect(
      textOf(
        apply(
          { "a.sql": "-- old\nselect 1;\n" },
          diff("--- a/a.sql\n+++ b/a.sql\n@@ -1,2 +1,1 @@\n--- old\n select 1;\n"),
        ),
        "a.sql",
      ),
    ).toBe("select 1;\n");
  });

  test("files are created, deleted and moved", () => {
    const created = apply(program, diff("--- /dev/null\n+++ b/new.ts\n@@ -0,0 +1,2 @@\n+x\n+y\n"));
    expect(textOf(created, "new.ts")).toBe("x\ny\n");
    expect(reasonOf(apply(program, diff("--- /dev/null\n+++ b/a.ts\n@@ -0,0 +1 @@\n+x\n")))).toContain(
      "creates this file, but it exists",
    );
    const deleted = apply({ ...program, "b.ts": "x\n" }, diff("--- a/b.ts\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"));
    expect(deleted).toMatchObject({ ok: true, files: program });
    const moved = apply(program, diff("--- a/a.ts\n+++ b/b.ts\n@@ -1 +1 @@\n-one\n+1\n"));
    expect(moved).toMatchObject({ ok: true, files: { "b.ts": "1\ntwo\nthree\nfour\nfive\n" } });
  });

  test("the end of the file gains and loses its line break as marked", () => {
    const marked = "\\ No newline at end of file\n";
    expect(textOf(apply({ "a.ts": "x\n" }, diff(`--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-x\n+y\n${marked}`)))).toBe("y");
    expect(textOf(apply({ "a.ts": "x" }, diff(`--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-x\n${marked}+y\n`)))).toBe("y\n");
  });

  test("Windows line endings in the file and none in the diff, or the reverse, are no obstacle", () => {
    const edit = "--- a/a.ts\n+++ b/a.ts\n@@ -1,2 +1,3 @@\n one\n-two\n+2\n+2.5\n";
    expect(textOf(apply({ "a.ts": "one\r\ntwo\r\n" }, diff(edit)))).toBe("one\r\n2\r\n2.5\r\n");
    expect(textOf(apply({ "a.ts": "one\ntwo\n" }, diff(edit.replaceAll("\n", "\r\n"))))).toBe("one\n2\n2.5\n");
  });

  test("text without a diff is refused", () => {
    expect(reasonOf(apply(program, diff("I would change two lines.")))).toContain("expected a unified diff");
  });
});

describe("an edit of very many places", () => {
  const lines = Array.from({ length: 40_000 }, (_, i) => `const x${i} = ${i};`);
  const hunks = (n: number) =>
    diff(
      `--- a/a.ts\n+++ b/a.ts\n${lines
        .slice(0, n)
        .map((line, i) => `@@ -${i + 1},1 +${i + 1},1 @@\n-${line}\n+x\n`)
        .join("")}`,
    );

  test("is refused with what it may have, and where fewer do no harm, applied", () => {
    expect(reasonOf(apply({ "a.ts": lines.join("\n") }, hunks(900)))).toMatch(
      /at most 1\d\d blocks or hunks .*found 900/,
    );
    expect(reasonOf(apply({ "a.ts": lines.slice(0, 1_001).join("\n") }, hunks(1_001)))).toMatch(
      /at most 1000 .*found 1001/,
    );
    const few = lines.slice(0, 300).join("\n");
    expect(textOf(apply({ "a.ts": few }, hunks(299)))).toMatch(/^(?:x\n){299}const x299 = 299;$/);
    const blocks = lines.map((search) => ({ path: "a.ts", search, replace: "x" }));
    expect(reasonOf(apply({ "a.ts": few }, { kind: "search-replace", blocks }))).toContain("found 40000");
  });
});

describe("what no edit may do", () => {
  const escapes = [
    "../out.ts",
    "lib/../../out.ts",
    "/etc/passwd",
    "C:/x.ts",
    "lib\\a.ts",
    "a\u0000.ts",
    ".git/config",
    "lib/.GIT/x",
    ".strop/journal.db",
    "node_modules/x.js",
    "",
    "lib//a.ts",
    "./a.ts",
    "lib/.",
    "a\n.ts",
    "x".repeat(500),
  ];
  test.each(escapes)("write to %j", (path) => {
    for (const edit of [whole(path, "x"), block("", "x", path)]) {
      expect(applyEdit({}, edit, anywhere)).toMatchObject({ ok: false, reason: expect.stringContaining("the path") });
    }
  });

  test("touch a file outside the program, even one it could name", () => {
    const inScope = (path: string): boolean => path === "a.ts";
    for (const edit of [
      whole("evaluate.ts", "x"),
      whole("evaluate.ts", null),
      block("", "x", "evaluate.ts"),
      diff("--- /dev/null\n+++ b/evaluate.ts\n@@ -0,0 +1 @@\n+x\n"),
      diff("--- a/a.ts\n+++ b/evaluate.ts\n@@ -1 +1 @@\n-one\n+x\n"),
    ]) {
      expect(reasonOf(applyEdit({ "a.ts": "one\n" }, edit, inScope))).toBe(
        "evaluate.ts is not part of the program, so an edit may not touch it",
      );
    }
  });

  test("pass for an edit while changing nothing", () => {
    for (const edit of [whole("a.ts", "one\n"), block("one\n", "one\n"), { kind: "whole-files", files: [] } as const]) {
      expect(reasonOf(apply({ "a.ts": "one\n" }, edit))).toBe("the edit changes nothing");
    }
  });

  test("reach a file through the name of an inherited property", () => {
    expect(reasonOf(apply({ "a.ts": "x" }, block("x", "y", "__proto__")))).toContain("is not a file of the program");
    const result = apply({ "a.ts": "x" }, whole("__proto__", "y"));
    expect(result.ok && Object.keys(result.files).sort()).toEqual(["__proto__", "a.ts"]);
  });
});

describe("properties", () => {
  const line = fc.constantFrom("", "a", "b", "  c", "\td", "x = 1", "max = 1", "}");
  const eol = fc.constantFrom("\n", "\r\n");
  const uniform = fc
    .tuple(fc.array(line, { maxLength: 8 }), eol, fc.boolean())
    .map(([lines, end, final]) => lines.join(end) + (final ? end : ""));
  const mixed = fc.array(fc.tuple(line, eol), { maxLength: 8 }).map((pairs) => pairs.flat().join(""));
  const program = fc.record({ "a.ts": fc.oneof(uniform, mixed), "lib/b.ts": uniform });
  const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
    fc
      .record({ path: fc.constantFrom("a.ts", "lib/b.ts", "c.ts"), search: uniform, replace: uniform })
      .map((b): Edit => ({ kind: "search-replace", blocks: [b] })),
    fc
      .record({ path: fc.constantFrom("a.ts", "lib/b.ts", "c.ts"), text: fc.option(uniform) })
      .map((file): Edit => ({ kind: "whole-files", files: [file] })),
  );

  test("applied and reverted is the identity", () => {
    fc.assert(
      fc.property(program, anyEdit, (before, edit) => {
        const after = apply(before, edit);
        if (!after.ok) return;
        const paths = [...new Set([...Object.keys(before), ...Object.keys(after.files)])];
        const inverse: Edit = {
          kind: "whole-files",
          files: paths.map((path) => ({ path, text: (before as ProgramFiles)[path] ?? null })),
        };
        const restored = apply(after.files, inverse);
        expect(restored.ok ? restored.files : restored.reason).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  test("a block applied and its mirror image applied is the identity", () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), eol, fc.nat(7), (lines, end, at) => {
        const index = at % lines.length;
        const before = { "a.ts": lines.map((text, i) => (i === index ? `unique${end}` : text + end)).join("") };
        const there = apply(before, block("unique\n", "other\nlines\n"));
        const back = apply(there.ok ? there.files : {}, block("other\nlines\n", "unique\n"));
        expect(back.ok ? back.files : back.reason).toEqual(before);
      }),
    );
  });

  test("a diff between two texts turns one into the other, and its reverse turns it back", () => {
    const text = fc
      .tuple(fc.array(line, { minLength: 1, maxLength: 12 }), fc.boolean())
      .map(([lines, final]) => lines.join("\n") + (final ? "\n" : ""));
    fc.assert(
      fc.property(text, text, (one, two) => {
        fc.pre(one !== two && one !== "" && two !== "");
        const patch = (from: string, to: string): Edit => diff(createTwoFilesPatch("a.ts", "a.ts", from, to));
        expect(textOf(apply({ "a.ts": one }, patch(one, two)))).toBe(two);
        expect(textOf(apply({ "a.ts": two }, patch(two, one)))).toBe(one);
      }),
      { numRuns: 500 },
    );
  });

  test("files out of scope are never changed, whatever the edit", () => {
    fc.assert(
      fc.property(program, anyEdit, (before, edit) => {
        const result = applyEdit(before, edit, (path) => path === "a.ts");
        if (result.ok) expect({ ...result.files, "a.ts": "" }).toEqual({ ...before, "a.ts": "" });
      }),
      { numRuns: 500 },
    );
  });

  test("a program with Windows line endings has nothing else afterwards", () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 2, maxLength: 8 }), anyEdit, (lines, edit) => {
        const result = apply({ "a.ts": `${lines.join("\r\n")}\r\n` }, edit);
        if (result.ok) expect((result.files["a.ts"] ?? "").replaceAll("\r\n", "")).not.toContain("\n");
      }),
      { numRuns: 500 },
    );
  });
});
