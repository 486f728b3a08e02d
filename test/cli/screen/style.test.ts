import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";

import { shown } from "../../../src/cli/screen/shown.ts";
import { trialLine } from "../../../src/cli/screen/progress.ts";
import { colourDiff, shortDiff, suited } from "../../../src/cli/screen/style.ts";
import type { RunState } from "../../../src/journal/state.ts";
import { reduce } from "../../../src/journal/fold/reduce.ts";
import { startedEvent } from "../../journal/arbitrary-run.ts";
import { begun, failed, proposed, scored } from "../../journal/simple-trial.ts";

test("a diff on a terminal shows control characters and turned letters as what they are", () => {
  const shown = colourDiff("+const a = 1;\u001b[2K\r\n-\tb\u202e\u0007\r\n same");
  expect(stripVTControlCharacters(shown)).toBe("+const a = 1;\\u{1b}[2K\n-\tb\\u{202e}\\u{7}\n same");
});

test("what a journal of others says drives no terminal, neither by its texts nor by its names", () => {
  const hostile = { name: "loss\u001b]52;c;cm0=\u0007", list: [{ "model\u009b31m": "a\u001b[2Jb\nc" }, 1, null] };
  expect(shown(hostile)).toEqual({ name: "loss]52;c;cm0=", list: [{ model31m: "ab\nc" }, 1, null] });
});

test("what goes into a file has no colours, though standard output be a terminal", () => {
  const [file, terminal] = [{ isTTY: false }, { isTTY: true }].map((out) =>
    suited("\u001b[31mstrop:\u001b[39m no", out as unknown as NodeJS.WriteStream),
  );
  expect([file, terminal]).toEqual(["strop: no", "\u001b[31mstrop:\u001b[39m no"]);
});

test("a diff that is cut names the command that shows all of it", () => {
  const lines = shortDiff("+a\n+b\n+c\n", 2, "npx strop diff -C 'my task'").map(stripVTControlCharacters);
  expect(lines).toEqual(["+a", "+b", "… 1 more lines: npx strop diff -C 'my task'"]);
});

const lineOf = (...events: Parameters<typeof reduce>[1][]): string => {
  const state = [startedEvent(), ...events].reduce<RunState | null>(reduce, null) as RunState;
  return stripVTControlCharacters(trialLine(state.recent.at(-1)!, state));
};

test("a trial is one line of a length to read, whatever its edit says of itself", () => {
  const description = `\u202egnp.exe\n   #99  keep  0.1 ${"long ".repeat(500)}`;
  const line = lineOf(proposed(0, { description }), begun(0), scored(0, 3));
  expect(line).toContain("\\u{202e}gnp.exe #99");
  expect(line).not.toContain("\n");
  expect(line.length).toBeLessThan(320);
});

test("a trial's line drives no terminal, whatever a journal of others says became of it", () => {
  expect(lineOf(proposed(0), begun(0), failed(0, "\u001b]0;mine\u0007" as "crashed"))).toMatch(/^ +#0 {2}\]0;mine +– /);
});

test("what became of a trial has one width, so that scores stand below each other", () => {
  const ends = (["crashed", "timed-out", "stopped-early", "invalid"] as const).map((status) => failed(0, status));
  const lines = [...ends, scored(0, 3)].map((end) => lineOf(proposed(0), begun(0), end));
  expect(new Set(lines.map((line) => line.indexOf("tpe"))).size).toBe(1);
});
