import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";

import { shown } from "../../src/cli/shown.ts";
import { colourDiff } from "../../src/cli/style.ts";

test("a diff on a terminal shows control characters and turned letters as what they are", () => {
  const shown = colourDiff("+const a = 1;\u001b[2K\r\n-\tb\u202e\u0007\r\n same");
  expect(stripVTControlCharacters(shown)).toBe("+const a = 1;\\u{1b}[2K\n-\tb\\u{202e}\\u{7}\n same");
});

test("what a journal of others says drives no terminal, neither by its texts nor by its names", () => {
  const hostile = { name: "loss\u001b]52;c;cm0=\u0007", list: [{ "model\u009b31m": "a\u001b[2Jb\nc" }, 1, null] };
  expect(shown(hostile)).toEqual({ name: "loss]52;c;cm0=", list: [{ model31m: "ab\nc" }, 1, null] });
});
