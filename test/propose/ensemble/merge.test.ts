import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createRandom } from "../../../src/core/numerics/random.ts";
import { mergePrograms, mergeTexts, type Side } from "../../../src/propose/ensemble/merge.ts";

const never = (): Side => {
  throw new Error("expected no conflict");
};
const left = (): Side => "left";
const right = (): Side => "right";
/** Lines of few kinds, so that they repeat as lines of code do. */
const lines = fc.array(fc.constantFrom("a = 1\n", "b = 2\n", "\n", "if x:\n", "  y()\n", "é💥\r\n"), { maxLength: 14 });
const text = fc.tuple(lines, fc.constantFrom("", "end")).map(([all, end]) => all.join("") + end);

describe("mergeTexts", () => {
  it("holds two edits of different lines, neighbouring ones too", () => {
    const base = "rate = 0.1\nmomentum = 0.9\nwidth = 64\n";
    const merged = mergeTexts(
      { base, left: base.replace("0.1", "0.3"), right: base.replace("0.9", "0.95").replace("64", "96") },
      never,
    );
    expect(merged).toBe("rate = 0.3\nmomentum = 0.95\nwidth = 96\n");
  });

  it("holds two edits of different places of one line", () => {
    const base = "adam(rate=0.1, beta=0.9, decay=0)\n";
    const merged = mergeTexts({ base, left: base.replace("0.1", "0.3"), right: base.replace("beta=0.9, ", "") }, never);
    expect(merged).toBe("adam(rate=0.3, decay=0)\n");
  });

  it("takes one side where both changed the same place, and both sides' other changes all the same", () => {
    const base = "rate = 0.1\nmomentum = 0.9\nwidth = 64\n";
    const versions = {
      base,
      left: base.replace("0.1", "0.3").replace("0.9", "0.8"),
      right: base.replace("0.1", "0.7").replace("64", "96"),
    };
    expect(mergeTexts(versions, left)).toBe("rate = 0.3\nmomentum = 0.8\nwidth = 96\n");
    expect(mergeTexts(versions, right)).toBe("rate = 0.7\nmomentum = 0.8\nwidth = 96\n");
  });

  it("puts an insertion before a changed line there once", () => {
    expect(mergeTexts({ base: "a\nb\n", left: "a\nnew\nb\n", right: "a\nB\n" }, never)).toBe("a\nnew\nB\n");
    expect(mergeTexts({ base: "a\nb\n", left: "a\nb\nnew\n", right: "a\nB\n" }, never)).toBe("a\nB\nnew\n");
    const inserted = { base: "a\nb\n", left: "a\none\nb\n", right: "a\ntwo\nb\n" };
    expect(mergeTexts(inserted, right)).toBe("a\ntwo\nb\n");
    expect(mergeTexts(inserted, (isInsertion) => (isInsertion ? "both" : "left"))).toBe("a\none\ntwo\nb\n");
  });

  it("gives a side that alone changed, whatever the texts", () => {
    fc.assert(
      fc.property(text, text, (base, other) => {
        expect(mergeTexts({ base, left: other, right: base }, never)).toBe(other);
        expect(mergeTexts({ base, left: base, right: other }, never)).toBe(other);
        expect(mergeTexts({ base, left: other, right: other }, never)).toBe(other);
      }),
    );
  });

  it("holds both of two edits at disjoint places, whatever the edits", () => {
    const distinct = fc.integer({ min: 5, max: 12 }).map((n) => Array.from({ length: n }, (_, i) => `line ${i}\n`));
    fc.assert(
      fc.property(distinct, text, text, fc.nat(), (base, one, two, at) => {
        const cut = 1 + (at % (base.length - 3));
        const [head, middle, tail] = [base.slice(0, cut - 1).join(""), base.slice(cut, cut + 1), base.slice(cut + 2)];
        const [changed, also] = [`${one}!${one.endsWith("\n") ? "" : "\n"}\n`, `${two}?\n`];
        const build = (a: string, b: string) => head + a + middle.join("") + b + tail.join("");
        const [a, b] = [base[cut - 1] as string, base[cut + 1] as string];
        const merged = mergeTexts({ base: build(a, b), left: build(changed, b), right: build(a, also) }, never);
        expect(merged).toBe(build(changed, also));
      }),
    );
  });

  it("merges every line from somewhere, and needs little time for texts that have nothing in common", () => {
    const random = createRandom(1);
    const noise = () => Array.from({ length: 20_000 }, () => `${random.integer(1e6)}\n`).join("");
    const versions = { base: noise(), left: noise(), right: noise() };
    expect(mergeTexts(versions, left)).toBe(versions.left);
    expect(mergeTexts(versions, right)).toBe(versions.right);
  });
});

describe("mergePrograms", () => {
  it("takes files that one side added, deleted or changed, and decides where they disagree", () => {
    const base = { "a.py": "a\n", "b.py": "b\n", "c.py": "c\n" };
    const versions = {
      base,
      left: { "a.py": "A\n", "c.py": "c\n", "new.py": "n\n" },
      right: { "a.py": "a\n", "b.py": "b\n", "c.py": "C\n" },
    };
    expect(mergePrograms(versions, never)).toEqual({ "a.py": "A\n", "c.py": "C\n", "new.py": "n\n" });
    const disagreeing = { ...versions, right: { ...versions.right, "b.py": "B\n" } };
    expect(mergePrograms(disagreeing, left)).not.toHaveProperty(["b.py"]);
    expect(mergePrograms(disagreeing, right)).toHaveProperty(["b.py"], "B\n");
  });
});
