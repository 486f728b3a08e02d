import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { families } from "../../src/reprogram/families/families.ts";
import { drawRefinements } from "../../src/reprogram/refinements.ts";
import { createTokenizer, END, learnTokenizer, PAD, type Merge } from "../../src/reprogram/tokenizer/tokenizer.ts";

const corpus = families.flatMap((family) =>
  drawRefinements(family, { count: 100, seed: 1 }).flatMap(({ source, target }) => [source, target]),
);
const tokenizer = learnTokenizer(corpus);

describe("a learned tokenizer", () => {
  test("reads every text of its corpus back as it was, in a fraction of its characters", () => {
    for (const text of corpus) {
      const tokens = tokenizer.encode(text);
      expect(tokenizer.decode(tokens)).toBe(text);
      expect(tokens.length).toBeLessThan(text.length / 2);
    }
  });

  test("reads any other text back too, piece by byte", () => {
    // Half of them ASCII; no halves of surrogate pairs, which no text holds.
    const anyCode = fc.oneof(
      fc.integer({ max: 127, min: 0 }),
      fc.integer({ max: 0xd7ff, min: 0 }),
      fc.integer({ max: 0x10ffff, min: 0xe000 }),
    );
    const anyText = fc.array(anyCode, { maxLength: 60 }).map((codes) => String.fromCodePoint(...codes));
    const property = fc.property(anyText, (text) => {
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    });
    fc.assert(property, { numRuns: 300, examples: [[""], ["\uFEFF"], ["𝟙 १2 é\r\n\t  x_1"]] });
  });

  test("writes numbers digit by digit, with the same symbols wherever they stand", () => {
    const digits = tokenizer.encode("1024");
    expect(digits).toHaveLength(4);
    expect(tokenizer.encode("conv(1024)").slice(-5, -1)).toEqual(digits);
    expect(tokenizer.encode("4096").at(1)).toBe(digits[1]);
  });

  test("is the same for the same corpus, and after a way through JSON", () => {
    expect(learnTokenizer(corpus).merges).toEqual(tokenizer.merges);
    const again = createTokenizer(JSON.parse(JSON.stringify(tokenizer.merges)) as Merge[]);
    expect(again.size).toBe(tokenizer.size);
    for (const text of corpus) expect(again.encode(text)).toEqual(tokenizer.encode(text));
  });

  test("keeps to the size it is given", () => {
    const small = learnTokenizer(corpus, { size: 270 });
    expect(small.size).toBe(270);
    expect(small.merges).toEqual(tokenizer.merges.slice(0, 12));
    expect(Math.max(...small.encode(corpus[0]!))).toBeLessThan(270);
  });

  test("never writes padding or the end, and reads up to the end", () => {
    for (const text of corpus.slice(0, 20)) expect(tokenizer.encode(text)).not.toContain(PAD);
    const [a, b] = [tokenizer.encode("conv"), tokenizer.encode("dense")];
    expect(tokenizer.decode([...a, PAD, END, ...b])).toBe("conv");
    expect(tokenizer.decode([tokenizer.size + 5, ...b])).toBe("dense");
  });
});

test("the most frequent pair is merged first, and of equals the one with smaller numbers", () => {
  expect(learnTokenizer(["ab ab ab cd cd"]).decode([258])).toBe("ab");
  expect(learnTokenizer(["cd", "ab", "cd", "ab"]).decode([258])).toBe("ab");
  expect(learnTokenizer(["x"]).merges).toEqual([]);
});

test("a merge of pieces that do not exist is refused", () => {
  expect(() => createTokenizer([[2, 300]])).toThrow("expected a merge of two of 258 pieces, found 2 and 300");
  expect(() => createTokenizer([[0, 5]])).toThrow("found 0 and 5");
});
