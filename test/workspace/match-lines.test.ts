import { expect, it } from "vitest";

import { matchLines } from "../../src/workspace/match-lines.ts";

const WORDS = /^(?:\w+\s?)+$/;

it("a line that a pattern of the user's would never be done with ends the search, and no other line does", () => {
  expect(matchLines(WORDS, ["two words", "1.5!"])?.map((match) => match?.[0])).toEqual(["two words", undefined]);
  expect(matchLines(WORDS, ["two words", `${"a".repeat(80)}!`])).toBeUndefined();
});
