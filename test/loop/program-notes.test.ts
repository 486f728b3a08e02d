import { expect, test } from "vitest";

import { unreadNotes } from "../../src/loop/program-notes.ts";

const program = { "a.py": "", "b.yml": "", "c.sql": "", "d.xml": "", Makefile: "", "style.css": "" };

test("files that strop does not read are named where nobody else would edit them", () => {
  expect(unreadNotes(program, {})).toEqual([
    expect.stringContaining("nothing in c.sql, d.xml, Makefile and 1 more is"),
  ]);
  expect(unreadNotes({ "a.py": "", "b.yml": "" }, {})).toEqual([]);
});

test("a model or an agent edits any text", () => {
  const model = { model: "ollama/a" } as never;
  expect(unreadNotes(program, { models: [model] })).toEqual([]);
  expect(unreadNotes(program, { agent: { command: "x", seconds: 1, cost: undefined } as never })).toEqual([]);
});
