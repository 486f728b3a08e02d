import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";

import { colourDiff } from "../../src/cli/style.ts";

test("a diff on a terminal shows control characters and turned letters as what they are", () => {
  const shown = colourDiff("+const a = 1;\u001b[2K\r\n-\tb\u202e\u0007\r\n same");
  expect(stripVTControlCharacters(shown)).toBe("+const a = 1;\\u{1b}[2K\n-\tb\\u{202e}\\u{7}\n same");
});
