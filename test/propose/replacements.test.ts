import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { applyEdit } from "../../src/core/edits/apply-edit.ts";
import { changeOf } from "../../src/propose/replacements.ts";

describe("changeOf", () => {
  it("makes a block of the changed line alone where that is unique", () => {
    const change = changeOf({ "a.py": "x = 1\ny = 2\nz = 3\n" }, [{ path: "a.py", start: 10, end: 11, text: "5" }]);
    expect(change?.edit).toEqual({
      kind: "search-replace",
      blocks: [{ path: "a.py", search: "y = 2\n", replace: "y = 5\n" }],
    });
  });

  it("takes in neighbouring lines until the text is unique, and merges blocks that meet", () => {
    const text = "a\nx\nb\nx\nc\n";
    const change = changeOf({ f: text }, [{ path: "f", start: 6, end: 7, text: "y" }]);
    expect(change?.edit).toEqual({
      kind: "search-replace",
      blocks: [{ path: "f", search: "b\nx\n", replace: "b\ny\n" }],
    });
  });

  it("is null when nothing changes", () => {
    expect(changeOf({ f: "x\n" }, [])).toBeNull();
    expect(changeOf({ f: "x\n" }, [{ path: "f", start: 0, end: 1, text: "x" }])).toBeNull();
  });

  it("comes to an end in a file that begins with empty lines", () => {
    expect(changeOf({ f: "\n\n" }, [{ path: "f", start: 1, end: 2, text: "y" }])).toMatchObject({
      files: { f: "\ny" },
    });
    expect(changeOf({ f: "\nx\n" }, [{ path: "f", start: 0, end: 0, text: "y" }])).toMatchObject({
      files: { f: "y\nx\n" },
    });
  });

  it("always gives an edit that makes exactly the intended program", () => {
    const line = fc.constantFrom("x = 1", "x = 2", "", "é💥", "    return x", "x = 1 ");
    const text = fc
      .tuple(fc.array(line, { minLength: 1, maxLength: 12 }), fc.constantFrom("\n", "\r\n"), fc.boolean())
      .map(([lines, eol, ends]) => lines.join(eol) + (ends ? eol : ""));
    const spans = fc.array(fc.tuple(fc.nat(80), fc.nat(3), fc.constantFrom("", "7", "new", "x = 1")), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(text, spans, (source, wanted) => {
        let from = 0;
        const replacements = wanted
          .map(([skip, length, value]) => {
            const start = Math.min(source.length, from + (skip % 20));
            const end = Math.min(source.length, start + length);
            from = end + 1;
            return { path: "f", start, end, text: value };
          })
          .filter(({ start }, i, all) => i === 0 || start > (all[i - 1]?.end ?? 0));
        const isOnLineEnd = replacements.some(({ start, end }) =>
          /[\r\n]/.test(source.slice(Math.max(0, start - 1), end + 1)),
        );
        const intended = replacements
          .toReversed()
          .reduce((now, one) => now.slice(0, one.start) + one.text + now.slice(one.end), source);
        const change = changeOf({ f: source }, replacements);
        if (intended === source) {
          expect(change).toBeNull();
          return;
        }
        // Half a line ending is nothing that an edit can say; everything else is.
        if (change === null) {
          expect(isOnLineEnd).toBe(true);
          return;
        }
        const applied = applyEdit({ f: source }, change.edit, () => true);
        expect(applied).toMatchObject({ ok: true, files: { f: intended }, ...(isOnLineEnd ? {} : { repairs: [] }) });
      }),
    );
  });
});
