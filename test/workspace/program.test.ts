import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { MAX_PROGRAM_FILE_BYTES, programScope, readProgram } from "../../src/workspace/program.ts";
import { put, rejection, taskIn } from "./scratch.ts";

describe("reading the program", () => {
  it("takes globs, leaves out what a ! excludes, and keeps Windows line ends and a byte order mark", async () => {
    const files = {
      "src/a.py": "\uFEFFa\r\nb\r\n",
      "src/deep/b.py": "b",
      "src/test_c.py": "c",
      "src/x.txt": "x",
      "node_modules/p/d.py": "d",
      ".strop/e.py": "e",
    };
    const { folder, task } = await taskIn({ program: ["**/*.py", "!**/test_*", "!train.py"] }, files);
    expect(await readProgram(folder, task)).toEqual({ "src/a.py": "\uFEFFa\r\nb\r\n", "src/deep/b.py": "b" });
  });

  it.each([
    [["app/[id]/**"], ["app/[id]/a.png", "app/[id]/page.tsx", "app/i/page.tsx"]],
    [
      ["app/**", "train (1).py", "!app/[id]/**"],
      ["app/x.tsx", "train (1).py"],
    ],
  ])("takes folders with brackets in their names as they are spelt: %j", async (program, expected) => {
    const files = { "app/[id]/page.tsx": "", "app/[id]/a.png": "", "app/i/page.tsx": "", "app/x.tsx": "" };
    const { folder, task } = await taskIn({ program }, { ...files, "train (1).py": "" });
    expect(Object.keys(await readProgram(folder, task))).toEqual(expected);
  });

  it("does not take a glob of exclusions alone for everything", async () => {
    const { folder, task } = await taskIn({ program: "!x.py" });
    expect((await rejection(readProgram(folder, task))).code).toBe("program.missing");
  });

  const prepared = async (program: string, prepare: (folder: string) => void) => {
    const { folder, task } = await taskIn({ program });
    prepare(folder);
    return rejection(readProgram(folder, task));
  };

  it.each([
    ["a missing file", "nope.py", () => undefined, "program.missing", /nope\.py/],
    [
      "a link",
      "*.py",
      (f: string) => symlinkSync("/etc/hostname", join(f, "link.py")),
      "program.not-a-file",
      /link\.py .*found a symbolic link/,
    ],
    [
      "a file in a linked folder",
      "sub/x.py",
      (f: string) => symlinkSync("/tmp", join(f, "sub")),
      "program.not-a-file",
      /a symbolic link at sub/,
    ],
    ["a folder", "sub", (f: string) => mkdirSync(join(f, "sub")), "program.not-a-file", /found a folder/],
    [
      "a pipe",
      "*.py",
      (f: string) => execFileSync("mkfifo", [join(f, "pipe.py")]),
      "program.not-a-file",
      /pipe\.py .*found a special file/,
    ],
    [
      "binary content",
      "*.bin",
      (f: string) => put(f, { "x.bin": Uint8Array.of(0, 1, 2) }),
      "program.not-text",
      /x\.bin/,
    ],
    [
      "Latin-1",
      "*.bin",
      (f: string) => put(f, { "x.bin": Uint8Array.of(0x66, 0xfc, 0x72) }),
      "program.not-text",
      /UTF-8/,
    ],
    [
      "a huge file",
      "*.txt",
      (f: string) => put(f, { "x.txt": "x".repeat(MAX_PROGRAM_FILE_BYTES + 1) }),
      "program.too-large",
      /at most 1000000 bytes, found 1000001/,
    ],
    ["the config", "strop.config.json", () => undefined, "program.frozen", /strop's own/],
  ])("refuses %s", async (...[, program, prepare, code, message]) => {
    const error = await prepared(program, prepare);
    expect([error.code, error.hint]).toEqual([code, expect.any(String)]);
    expect(error.message).toMatch(message);
  });
});

describe("the scope of the program", () => {
  it("is closed to strop's own folder, version control, packages, the config and the evaluator", async () => {
    const { task } = await taskIn(
      { program: "**", evaluate: { module: "ev.ts", data: ["test.bin"] } },
      { "ev.ts": "", "test.bin": "" },
    );
    const inScope = programScope(task);
    expect(["train.py", "a/b.py", ".hidden", "a/constructor"].filter(inScope)).toHaveLength(4);
    const closed = [
      ".git/config",
      ".strop/x",
      "a/.git/hooks/x",
      "node_modules/a.js",
      "a/node_modules/a.js",
      "strop.config.ts",
      "strop.config.json",
      "Strop.Config.ts",
      "\u017ftrop.config.ts",
      ".GIT/config",
      ".env",
      "app/.env.local",
      ".ssh/config",
      ".gitattributes",
      ".VSCode/tasks.json",
      "app/.claude/settings.json",
      ".github/workflows/ci.yml",
      "EV.ts",
      "ev.ts",
      "test.bin",
      "",
      "/train.py",
      "../train.py",
      "a/../train.py",
      "./train.py",
      "a//b.py",
      "a\\b.py",
      "a/",
      "!a",
      "constructor",
      "toString",
      "__proto__",
      "new\nline",
      `${"ä".repeat(101)}.py`,
      "a/".repeat(500) + "b",
    ];
    expect(closed.filter(inScope)).toEqual([]);
  });

  it("holds a file that may hold keys only if it is named, so that no glob sends it to a language model", async () => {
    expect(programScope((await taskIn({ program: ["**", "app/.env"] })).task)("app/.env")).toBe(true);
    expect(programScope((await taskIn({ program: ["**", "!b/.env"] })).task)("app/.env")).toBe(false);
    expect(programScope((await taskIn({ program: "**" })).task)(".env.example")).toBe(true);
    expect(programScope((await taskIn({ program: ".github/**" })).task)(".github/ci.yml")).toBe(true);
  });

  it("never holds a path that leaves the folder, whatever the globs", async () => {
    const { task } = await taskIn({ program: ["**", "**/*"] });
    const inScope = programScope(task);
    const segment = fc.constantFrom("a", "..", ".", "", ".git", "b.py");
    fc.assert(
      fc.property(fc.array(segment), (segments) => {
        const isClosed = segments.some((name) => ["..", ".", "", ".git"].includes(name)) || segments.length === 0;
        expect(inScope(segments.join("/"))).toBe(!isClosed);
      }),
    );
  });
});

it("a link that leads in a circle does not stop the walk", async () => {
  const { folder, task } = await taskIn({ program: "**/*.py" }, { "a/x.py": "x" });
  symlinkSync("..", join(folder, "a/up"));
  expect(Object.keys(await readProgram(folder, task))).toEqual(["a/x.py", "train.py"]);
});
