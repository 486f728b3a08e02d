import { describe, expect, it } from "vitest";
import fc from "fast-check";

import { applyEdit } from "../../../src/core/edits/apply-edit.ts";
import { editableRegions, frozenProblem, holdsMarks, isEditable } from "../../../src/core/edits/marked-regions.ts";

const PROGRAM = `import math
# EVOLVE-BLOCK-START
def step(x):
    return x * 0.5
# EVOLVE-BLOCK-END

print(math.sqrt(step(2)))
`;
const inside = (text: string) => (editableRegions(text) ?? []).map(({ start, end }) => text.slice(start, end));

describe("the parts of a file that may be edited", () => {
  it("are the lines between its marks, in any language's comments", () => {
    expect(inside(PROGRAM)).toEqual(["def step(x):\n    return x * 0.5\n"]);
    for (const [open, close] of [
      ["// EVOLVE-BLOCK-START", "// EVOLVE-BLOCK-END"],
      ["  ! EVOLVE-BLOCK-START", "  ! EVOLVE-BLOCK-END"],
      ["<!-- EVOLVE-BLOCK-START -->", "<!-- EVOLVE-BLOCK-END -->"],
      ["(* EVOLVE-BLOCK-START *)", "(* EVOLVE-BLOCK-END *)"],
      ["/* EVOLVE-BLOCK-START */", "/* EVOLVE-BLOCK-END */"],
      ["\ufeff#EVOLVE-BLOCK-START: the model", "# EVOLVE-BLOCK-END"],
      ["# ===== EVOLVE-BLOCK-START =====", "# ===== EVOLVE-BLOCK-END ====="],
      [";;;;;; EVOLVE-BLOCK-START", ";;;;;; EVOLVE-BLOCK-END"],
      ["{/* EVOLVE-BLOCK-START */}", "{/* EVOLVE-BLOCK-END */}"],
      ["-- EVOLVE-BLOCK-START", "-- EVOLVE-BLOCK-END"],
    ])
      expect(inside(`${open}\r\na\r\n${close}\r\nb\r\n`), open).toEqual(["a\r\n"]);
  });

  it("are all of a file without marks, and none is made by a name or a string that holds one", () => {
    for (const text of [
      "x = 1\n",
      "EVOLVE_BLOCK_START\n",
      'print("# EVOLVE-BLOCK-START")\nx = 1\n',
      "# EVOLVE-BLOCK-END\n",
    ])
      expect(editableRegions(text), text).toBeNull();
    expect(isEditable(null, 0, 1)).toBe(true);
    expect(holdsMarks({ "a.py": "x = 1\n", "b.py": PROGRAM })).toBe(true);
    expect(holdsMarks({ "a.py": "x = 1\n" })).toBe(false);
  });

  it("are found in time that grows as the text does, whatever a candidate writes before a mark", () => {
    for (const line of [" ".repeat(2 ** 20), "# ".repeat(2 ** 19), "EVOLVE-BLOCK-END ".repeat(2 ** 16)])
      expect(inside(`# EVOLVE-BLOCK-START\nx${line}x\n# EVOLVE-BLOCK-END\n`)).toHaveLength(1);
    const spaces = `${" ".repeat(2 ** 20)}x\n`;
    expect(inside(`# EVOLVE-BLOCK-START\n${spaces}# EVOLVE-BLOCK-END\n`)).toEqual([spaces]);
  });

  it("may be several; the outermost marks count, and a block without an end goes on to the file's", () => {
    expect(inside("# EVOLVE-BLOCK-START\na\n# EVOLVE-BLOCK-END\nb\n# EVOLVE-BLOCK-START\nc")).toEqual(["a\n", "c"]);
    const nested = "# EVOLVE-BLOCK-START\na\n# EVOLVE-BLOCK-START\nb\n# EVOLVE-BLOCK-END\nc\n# EVOLVE-BLOCK-END\nd\n";
    expect(inside(nested)).toEqual(["a\n# EVOLVE-BLOCK-START\nb\n# EVOLVE-BLOCK-END\nc\n"]);
    expect(inside("# EVOLVE-BLOCK-START")).toEqual([""]);
  });
});

describe("an edit of a file with marks", () => {
  const edited = (text: string | null) =>
    applyEdit(
      { "a.py": PROGRAM, "free.py": "y = 1\n" },
      { kind: "whole-files", files: [{ path: "a.py", text }] },
      () => true,
    );
  const [head, body, tail] = PROGRAM.split(/(?<=START\n)|(?=# EVOLVE-BLOCK-END)/) as [string, string, string];

  it("may do between them what it likes", () => {
    for (const text of ["", "def step(x):\n    return x\n", `${body}# EVOLVE-BLOCK-START\n# EVOLVE-BLOCK-END\n`])
      expect(edited(head + text + tail)).toMatchObject({ ok: true });
  });

  it.each([
    ["a frozen line", PROGRAM.replace("sqrt", "log"), 'expected "print(math.sqrt(step(2)))"'],
    [
      "a line before all others",
      `import os\n${PROGRAM}`,
      'expected "import math" to stay where it is, found "import os"',
    ],
    ["a line after all others", `${PROGRAM}print(1)\n`, 'found "print(1)"'],
    ["a mark", PROGRAM.replace("# EVOLVE-BLOCK-END\n", ""), 'expected "# EVOLVE-BLOCK-END"'],
    ["both marks", body, 'expected "import math"'],
    ["where a block ends, by a mark of its own", `${head}# EVOLVE-BLOCK-END\n${body}${tail}`, "to stay where it is"],
    [
      "where it ends, by one mark more that begins it",
      `${head}# EVOLVE-BLOCK-START\n${body}${tail}`,
      "to stay where it is",
    ],
    [
      "frozen lines by a block around them",
      `${head}${body}# EVOLVE-BLOCK-END\n# EVOLVE-BLOCK-START\n${tail}`,
      "to stay",
    ],
    ["the file's end", PROGRAM.replace(/print.*\n/, ""), "found nothing more"],
    ["the file's being there", null, "deletes the file"],
  ])("may not change %s", (_what, text, reason) => {
    const result = edited(text);
    expect(result).toMatchObject({ ok: false });
    expect(!result.ok && result.reason).toMatch(/^a\.py: only what stands between its EVOLVE-BLOCK lines may change/);
    expect(!result.ok && result.reason).toContain(reason);
  });

  it.each([
    ["without a line break at its end", PROGRAM.trimEnd(), (text: string) => `${text}\n`],
    ["with one, in Windows' notation", PROGRAM.replaceAll("\n", "\r\n"), (text: string) => text.trimEnd()],
  ])("may add or leave out the line break at the end of a file %s, as editors do", (_what, before, changed) => {
    expect(frozenProblem(before, changed(before.replace("0.5", "0.6")))).toBeNull();
    expect(frozenProblem(before, `${changed(before)}\n\n`)).toContain("to stay where it is");
  });

  it("is free in the files without marks", () => {
    const files = [{ path: "free.py", text: "y = 2\n" }];
    expect(applyEdit({ "a.py": PROGRAM, "free.py": "y = 1\n" }, { kind: "whole-files", files }, () => true).ok).toBe(
      true,
    );
  });

  it("keeps every frozen line, whatever is written", () => {
    const line = fc.constantFrom("# EVOLVE-BLOCK-START", "# EVOLVE-BLOCK-END", "a", "b", "", "print(1)");
    const text = fc.array(line, { maxLength: 9 }).map((lines) => lines.join("\n"));
    const frozen = (of: string) => {
      const regions = editableRegions(of) ?? [];
      const ends = [0, ...regions.map(({ end }) => end)];
      return ends.map((from, i) => of.slice(from, regions[i]?.start ?? of.replace(/\n$/, "").length));
    };
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(editableRegions(before) !== null);
        expect(frozenProblem(before, after) === null).toBe(
          JSON.stringify(frozen(before)) === JSON.stringify(frozen(after)),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
