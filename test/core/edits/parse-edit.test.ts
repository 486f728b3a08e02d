import { describe, expect, test } from "vitest";

import { applyEdit } from "../../../src/core/edits/apply-edit.ts";
import { parseEdit, type ParsedEdit } from "../../../src/core/edits/parse-edit.ts";

const editIn = (answer: string, paths: readonly string[] = ["src/a.ts"]): unknown => {
  const parsed = parseEdit(answer, paths);
  return parsed.ok ? parsed.edit : parsed.reason;
};
const parsed = (answer: string, paths: readonly string[]): Extract<ParsedEdit, { ok: true }> => {
  const result = parseEdit(answer, paths);
  if (!result.ok) throw new Error(result.reason);
  return result;
};
const blocks = (...list: [path: string, search: string, replace: string][]): unknown => ({
  kind: "search-replace",
  blocks: list.map(([path, search, replace]) => ({ path, search, replace })),
});
const body = "<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n";

describe("SEARCH/REPLACE blocks", () => {
  test.each([
    `src/b.ts\n${body}`,
    `Some words.\n\n**src/b.ts**\n\n${body}`,
    `\`src/b.ts\`\n\`\`\`ts\n${body}\`\`\``,
    `### File: \`src/b.ts\`:\n\`\`\`\n${body}\`\`\``,
    `\`\`\`ts src/b.ts\n${body}\`\`\``,
    `\`\`\`ts title="src/b.ts"\n${body}\`\`\``,
    `1. ./src/b.ts\n${body}`,
    `b.ts\n${body}`.replaceAll("\n", "\r\n"),
  ])("the path is found in %j", (answer) => {
    expect(editIn(answer, ["src/a.ts", "src/b.ts"])).toEqual(blocks(["src/b.ts", "old\n", "new\n"]));
  });

  test("several blocks keep their order, and a block without a path belongs to the file before", () => {
    expect(
      editIn(`src/a.ts\n${body}\n${body.replace("old", "older")}\nsrc/b.ts\n${body}`, ["src/a.ts", "src/b.ts"]),
    ).toEqual(blocks(["src/a.ts", "old\n", "new\n"], ["src/a.ts", "older\n", "new\n"], ["src/b.ts", "old\n", "new\n"]));
  });

  test("a program of one file needs no path, and prose above is no path", () => {
    expect(editIn(`I change this: v1.5 is better\n${body}`)).toEqual(blocks(["src/a.ts", "old\n", "new\n"]));
  });

  test("a block of a program of several files that names none is looked for by its text", () => {
    const { edit } = parsed(`Here it is:\n${body}`, ["a.ts", "b.ts"]);
    expect(edit).toEqual(blocks(["", "old\n", "new\n"]));
    const inOne = applyEdit({ "a.ts": "x\n", "b.ts": "old\n" }, edit, () => true);
    expect(inOne).toMatchObject({ files: { "b.ts": "new\n" }, repairs: ["b.ts: file found by its text"] });
    const inBoth = applyEdit({ "a.ts": "old\n", "b.ts": "old\n" }, edit, () => true);
    expect(inBoth).toMatchObject({ ok: false, reason: expect.stringContaining("it could be a.ts or b.ts") });
    const inNone = applyEdit({ "a.ts": "x\n", "b.ts": "y\n" }, edit, () => true);
    expect(inNone).toMatchObject({ ok: false, reason: expect.stringContaining("in none") });
  });

  test("empty sides delete lines or create files", () => {
    expect(editIn("src/a.ts\n<<<<<<< SEARCH\nold\n=======\n>>>>>>> REPLACE")).toEqual(
      blocks(["src/a.ts", "old\n", ""]),
    );
    expect(editIn("src/new.ts\n<<<<<<< SEARCH\n=======\nx\n>>>>>>> REPLACE")).toEqual(
      blocks(["src/new.ts", "", "x\n"]),
    );
  });

  test("a block that is cut off is refused", () => {
    expect(editIn("src/a.ts\n<<<<<<< SEARCH\nold\n=======\nne")).toContain("is cut off");
    expect(editIn("src/a.ts\n<<<<<<< SEARCH\nold\n")).toContain("is cut off");
  });
});

describe("unified diffs", () => {
  const hunks = "@@ -1 +1 @@\n-old\n+new\n";

  test.each([
    `Why not.\n\n\`\`\`diff\n--- a/src/a.ts\n+++ b/src/a.ts\n${hunks}\`\`\`\nDone.`,
    `\`\`\`patch\n${hunks}\`\`\``,
    `\`\`\`\n--- src/a.ts\n+++ src/a.ts\n${hunks}\`\`\``,
    `\`\`\`diff\n--- a/a.ts\n+++ b/a.ts\n${hunks}\`\`\``,
    `--- a/src/a.ts\n+++ b/src/a.ts\n${hunks}`,
    `\`\`\`diff\n--- a/src/a.ts\n+++ b/src/a.ts\n${hunks}`,
  ])("%j applies", (answer) => {
    const parsed = parseEdit(answer, ["src/a.ts"]);
    expect(parsed).toMatchObject({ ok: true, edit: { kind: "unified-diff" } });
    expect(parsed.ok && applyEdit({ "src/a.ts": "old\n" }, parsed.edit, () => true)).toMatchObject({
      files: { "src/a.ts": "new\n" },
    });
  });

  test("two fenced diffs are one edit", () => {
    const part = (path: string): string => `\`\`\`diff\n--- a/${path}\n+++ b/${path}\n${hunks}\`\`\`\n`;
    const parsed = parseEdit(part("a.ts") + part("b.ts"), ["a.ts", "b.ts"]);
    const result = parsed.ok && applyEdit({ "a.ts": "old\n", "b.ts": "old\n" }, parsed.edit, () => true);
    expect(result).toMatchObject({ files: { "a.ts": "new\n", "b.ts": "new\n" } });
  });
});

describe("whole files", () => {
  const quotedWhole =
    (quoted: string) =>
    (...files: [string, string][]): unknown => ({
      kind: "whole-files",
      files: files.map(([path, text]) => ({ path, text, quoted })),
    });
  const whole = quotedWhole("by-name");
  const nameless = quotedWhole("by-context");

  test("a fence with a path above it, in its info or in its first comment is that file", () => {
    const paths = ["src/a.ts", "src/b.ts"];
    expect(editIn("**src/b.ts**\n```ts\nx\n```", paths)).toEqual(whole(["src/b.ts", "x\n"]));
    expect(editIn("```ts:src/b.ts\nx\n```", paths)).toEqual(whole(["src/b.ts", "x\n"]));
    expect(editIn("```ts\n// src/b.ts\nx\n```", paths)).toEqual(whole(["src/b.ts", "// src/b.ts\nx\n"]));
    expect(editIn("src/a.ts\n```ts\nx\n```\nsrc/new.ts\n```ts\ny\n```", paths)).toEqual(
      whole(["src/a.ts", "x\n"], ["src/new.ts", "y\n"]),
    );
  });

  test("for a program of one file the only code is taken, and shell commands are not code", () => {
    expect(editIn("Build:\n```sh\nnpm run a-very-long-build-command\n```\nCode:\n```ts\nconst x = 1;\n```")).toEqual(
      nameless(["src/a.ts", "const x = 1;\n"]),
    );
    expect(editIn("```ts\nx\n```\nor\n```ts\ny\n```")).toContain("found 2");
    expect(editIn("src/a.ts\n```ts\nx\n```\nsrc/a.ts\n```ts\ny\n```")).toContain("two versions of src/a.ts");
  });

  test("back-ticks inside a line do not end a fence, and a missing end is forgiven", () => {
    expect(editIn('```ts\nconst fence = "```";\n  x();\n```\n')).toEqual(
      nameless(["src/a.ts", 'const fence = "```";\n  x();\n']),
    );
    expect(editIn("```ts\nx();\n")).toEqual(quotedWhole("unclosed")(["src/a.ts", "x();\n"]));
    expect(editIn("````md\n```ts\nx();\n```\n````\n", ["a.md"])).toEqual(nameless(["a.md", "```ts\nx();\n```\n"]));
  });

  test("code that names no file of several is refused, and so is prose", () => {
    expect(editIn("```ts\nx\n```", ["a.ts", "b.ts"])).toContain("expected a line with the file's path");
    expect(editIn("I would rather not.")).toContain("found none");
  });
});

// Once hours: each fence was searched for its end from the first line on.
test.each(["```\n", "```a\n ```\n", "```a\nb\n```\n", "~~~\n`"])(
  "a megabyte of %j is soon read",
  (unit) => {
    expect(parseEdit(unit.repeat(1_000_000 / unit.length), ["a.ts", "b.ts"]).ok).toBe(false);
  },
  20_000,
);

test("an answer of more blocks than anybody means is refused", () => {
  const answer = Array.from({ length: 1_001 }, (_, i) => `<<<<<<< SEARCH\n${i}\n=======\nx\n>>>>>>> REPLACE`).join(
    "\n",
  );
  expect(parseEdit(answer, ["a.ts"])).toMatchObject({
    ok: false,
    reason: expect.stringContaining("at most 1000 blocks"),
  });
});
