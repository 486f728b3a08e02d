import { expect, test } from "vitest";

import { crowdNotes, unreadNotes } from "../../../src/loop/advice/program-notes.ts";
import { loadTask } from "../../../src/workspace/load-task.ts";
import { quadraticTask } from "../make-task.ts";

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

test("far more trials at a time than cores are worth a word, and a few are not", () => {
  expect(crowdNotes({ parallel: 64 }, 2)).toEqual([expect.stringMatching(/^64 trials .* 2 cores .*--parallel 2 /)]);
  expect([1, 2, 4].flatMap((parallel) => crowdNotes({ parallel }, 2))).toEqual([]);
});

test("a slip of the hand starts no ten thousand programs", async () => {
  const { folder } = quadraticTask();
  await expect(loadTask(folder, { parallel: 10_000 })).rejects.toMatchObject({
    code: "config.invalid",
    message: expect.stringMatching(/parallel: expected at most 1,000, found 10000/),
  });
});
