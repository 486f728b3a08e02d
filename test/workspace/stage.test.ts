import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { chmod } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { scanEnvironment } from "../../src/workspace/environment.ts";
import { outsideLinkNotes } from "../../src/workspace/outside-links.ts";
import { stageProgram, type Staging } from "../../src/workspace/stage.ts";
import { freshFolder } from "../fresh-folder.ts";
import { put, rejection, scratch, taskIn, textOf } from "./scratch.ts";

const FILES = {
  "src/model.py": "old",
  "src/fixed.py": "fixed",
  "src/lib/util.py": "util",
  "data/a.bin": "a",
  "data/test/answers": "42",
  ".git/HEAD": "x",
  ".strop/journal": "x",
  "node_modules/p/i.js": "p",
  "__pycache__/t.pyc": "c",
  "out/old.bin": "o",
};

async function staged(config: object, options: Partial<Staging> & { prepare?: (folder: string) => void } = {}) {
  const loaded = await taskIn(config, FILES);
  options.prepare?.(loaded.folder);
  const target = scratch();
  const files = { "train.py": "new\r\n", "src/model.py": "new model" };
  const { readOnly } = await stageProgram(target, { folder: loaded.folder, task: loaded.task, files, ...options });
  return { ...loaded, target, readOnly, inside: readOnly.map((mount) => mount.inside).sort() };
}

describe("staging for a sandbox", () => {
  it("copies the candidate's files and shows the rest, split only where the program is", async () => {
    const { folder, target, readOnly, inside } = await staged({ program: ["train.py", "src/model.py"] });
    expect(textOf(target, "train.py")).toBe("new\r\n");
    expect(textOf(target, "src/model.py")).toBe("new model");
    expect(inside).toEqual(["data", "node_modules", "src/fixed.py", "src/lib", "strop.config.json"]);
    expect(readOnly.find((mount) => mount.inside === "src/lib")?.host).toBe(join(folder, "src/lib"));
    expect(readdirSync(target).sort()).toEqual(["src", "train.py"]);
  });

  it("shows a folder whose name every object has", async () => {
    const prepare = (folder: string) => put(folder, { "constructor/a": "a", "toString/b": "b" });
    expect((await staged({}, { prepare })).inside).toEqual(expect.arrayContaining(["constructor", "toString"]));
  });

  it("makes scratch folders anew, empty, beside what is shown", async () => {
    const config = { program: ["train.py", "src/model.py"], scratch: ["data/test", "./runs/"] };
    const { target, inside } = await staged(config);
    expect(inside).toEqual(["data/a.bin", "node_modules", "src/fixed.py", "src/lib", "strop.config.json"]);
    expect(readdirSync(join(target, "data/test"))).toEqual([]);
    expect(readdirSync(join(target, "runs"))).toEqual([]);
    const clash = staged({ program: "**/*", scratch: "a/b" }, { files: { a: "a file where a folder is to be" } });
    expect((await rejection(clash)).code).toBe("program.conflict");
  });

  it("leaves out a scratch file, and lets the program make it in a folder that is shown otherwise", async () => {
    const config = { program: ["train.py", "src/model.py"], scratch: ["data/a.bin", "results/new.json", "src/lib.d"] };
    const prepare = (folder: string) => mkdirSync(join(folder, "src/lib.d"));
    const { target, inside } = await staged(config, { prepare });
    expect(inside).toEqual(["data/test", "node_modules", "src/fixed.py", "src/lib", "strop.config.json"]);
    expect([readdirSync(join(target, "data")), readdirSync(join(target, "results"))]).toEqual([[], []]);
    expect(readdirSync(join(target, "src/lib.d"))).toEqual([]);
  });

  it("does not bring back a program file that the candidate deleted", async () => {
    const { inside } = await staged({ program: ["train.py", "src/*.py"] }, { files: { "train.py": "x" } });
    expect(inside).toEqual(["data", "node_modules", "src/lib", "strop.config.json"]);
  });

  it("stages beside a folder that nothing is pinned in, however many files a compiler has left there", async () => {
    const many = (folder: string): void => {
      mkdirSync(join(folder, "target"));
      // More than a task's own files may be.
      for (let i = 0; i < 200_001; i++) closeSync(openSync(join(folder, "target", String(i)), "w"));
    };
    const { folder, task, inside } = await staged({ program: "train.py" }, { prepare: many });
    expect(inside).toContain("target");
    expect(await outsideLinkNotes(folder, task)).toEqual([]);
    expect((await scanEnvironment(folder, task)).files.map(({ path }) => path)).not.toContain("target");
  }, 60_000);

  it.each([
    [
      ["src/**", "!src/fixed.py", "!src/lib/*"],
      ["src/fixed.py", "src/lib"],
    ],
    ["src/*", ["src/lib"]],
    [
      ["*", "!*.json"],
      ["src", "data", "strop.config.json"],
    ],
  ])("shows what is in folders whose names %j matches and no part of the program", async (program, expected) => {
    const { inside } = await staged({ program }, { files: { "train.py": "" } });
    expect(inside).toEqual(expect.arrayContaining(expected));
    expect(inside).not.toContain("src/model.py");
  });

  it.each([
    ["a folder where a file of the environment is", ["**/*.py", "!src/fixed.py"], "src/fixed.py/__main__.py"],
    ["a file where a folder of the environment is", "src/*", "src/lib"],
  ])("refuses %s: a program cannot take an evaluator's place", async (_what, program, path) => {
    expect((await staged({ program })).inside.join()).toContain(path.split("/", 2).join("/"));
    const clash = await rejection(staged({ program }, { files: { "train.py": "", [path]: "print('loss: 0')" } }));
    expect([clash.code, clash.message]).toEqual(["program.conflict", expect.stringContaining(path)]);
  });

  it("shows no socket that a link leads to: whoever answers there is outside of every sandbox", async () => {
    const path = join(freshFolder(), "door");
    const server = createServer().listen(path);
    await once(server, "listening");
    const { inside } = await staged({}, { prepare: (folder) => symlinkSync(path, join(folder, "a.log")) });
    server.close();
    expect(inside).toContain("data");
    expect(inside).not.toContain("a.log");
  });

  it.each(["data/test", "data/test/", "./data//test/."])("hides a folder named as %s", async (hidden) => {
    const { inside } = await staged({ program: ["train.py", "src/model.py"], hidden });
    expect(inside).toContain("data/a.bin");
    expect(inside.filter((path) => path.startsWith("data/test") || path === "data")).toEqual([]);
  });

  it("hides among installed packages, too", async () => {
    const prepare = (folder: string) => put(folder, { "node_modules/answers/a.json": "42" });
    const { inside } = await staged({ hidden: "node_modules/answers/**" }, { prepare });
    expect(inside).toContain("node_modules/p");
    expect(inside.filter((path) => path === "node_modules" || path.includes("answers"))).toEqual([]);
  });

  it("hides what `hidden` names from the program, not from the evaluator", async () => {
    const config = { program: ["train.py", "src/model.py"], hidden: "data/test" };
    expect((await staged(config)).inside).toContain("data/a.bin");
    expect((await staged(config)).inside).not.toContain("data/test");
    expect((await staged(config)).inside).not.toContain("data");
    const shown = (await staged(config, { showHidden: true })).inside;
    expect(shown.includes("data") || shown.includes("data/test")).toBe(true);
  });

  it.each([false, true])(
    "shows no file that is likely to hold keys, unless the config names it (showHidden: %s)",
    async (showHidden) => {
      const keys = {
        ".env": "K=1",
        "backend/.env.local": "K=2",
        "backend/app.conf": "",
        ".ssh/id_rsa": "K",
        ".env.example": "K=",
      };
      const shown = async (config: object) => {
        const { readOnly } = await staged(config, { showHidden, prepare: (folder) => put(folder, keys) });
        return readOnly.map(({ inside }) => inside).filter((path) => /env|ssh|backend/.test(path));
      };
      expect((await shown({})).sort()).toEqual([".env.example", "backend/app.conf"]);
      expect(await shown({ environment: ["**", ".env"] })).toContain(".env");
    },
  );

  it("hides through a linked folder too", async () => {
    const outside = scratch({ "test/answers": "42", "train.bin": "" });
    const { inside } = await staged(
      { hidden: "ext/test/**" },
      { files: { "train.py": "" }, prepare: (f) => symlinkSync(outside, join(f, "ext")) },
    );
    expect(inside).toContain("ext/train.bin");
    expect(inside.filter((path) => path.startsWith("ext/test"))).toEqual([]);
    expect(inside).not.toContain("ext");
  });

  it("shows what a link leads to, and leaves out one that leads nowhere", async () => {
    const outside = scratch({ x: "" });
    const { readOnly } = await staged(
      {},
      {
        prepare: (f) => {
          symlinkSync(outside, join(f, "ext"));
          symlinkSync("/nope", join(f, "dead"));
        },
      },
    );
    expect(readOnly).toContainEqual({ host: outside, inside: "ext" });
    expect(readOnly.some((mount) => mount.inside === "dead")).toBe(false);
  });

  it("shows what a link inside a folder leads to, unless that folder has thousands of files", async () => {
    const outside = scratch({ x: "" });
    const link = (f: string) => symlinkSync(outside, join(f, "data/cifar"));
    const few = await staged({ program: "train.py" }, { prepare: link });
    expect(few.readOnly).toContainEqual({ host: outside, inside: "data/cifar" });
    expect(few.inside).toContain("data/a.bin");
    const prepare = (f: string) => {
      for (let i = 0; i < 1000; i++) closeSync(openSync(join(f, "data", String(i)), "w"));
      link(f);
    };
    const many = await staged({ program: "train.py" }, { prepare });
    expect(many.inside).toContain("data");
  });

  it("keeps the executable bit", async () => {
    const { folder, task } = await taskIn({});
    await chmod(join(folder, "train.py"), 0o755);
    const target = scratch();
    await stageProgram(target, { folder, task, files: { "train.py": "" } });
    expect(statSync(join(target, "train.py")).mode & 0o111).toBe(0o111);
  });

  it("refuses thousands of files beside the program, and says what to do", async () => {
    const { folder, task } = await taskIn(
      {},
      Object.fromEntries(Array.from({ length: 2_100 }, (_, i) => [`f${i}`, ""])),
    );
    const error = await rejection(stageProgram(scratch(), { folder, task, files: { "train.py": "" } }));
    expect([error.code, error.hint]).toEqual([
      "workspace.too-many-mounts",
      expect.stringMatching(/folder of their own/),
    ]);
  });

  it("refuses a program with a file inside a file", async () => {
    const error = await rejection(staged({ program: "**" }, { files: { a: "", "a/b": "" } }));
    expect([error.code, error.message]).toEqual(["program.conflict", expect.stringMatching(/a\/b inside a file/)]);
  });

  const canConfine = spawnSync("bwrap", ["--ro-bind", "/", "/", "--unshare-user", "true"]).status === 0;

  it.skipIf(!canConfine)("gives bubblewrap a folder in which the program can be written and nothing else", async () => {
    const { folder, target, readOnly } = await staged({ program: ["train.py", "src/model.py"] });
    const binds = readOnly.flatMap(({ host, inside }) => ["--ro-bind", host, `/tmp/box/${inside}`]);
    const inside = (script: string) =>
      spawnSync(
        "bwrap",
        [
          "--unshare-user",
          "--ro-bind",
          "/",
          "/",
          "--tmpfs",
          "/tmp",
          "--bind",
          target,
          "/tmp/box",
          ...binds,
          "--chdir",
          "/tmp/box",
          "sh",
          "-c",
          script,
        ],
        { encoding: "utf8" },
      );
    expect(inside("cat train.py src/model.py src/fixed.py data/a.bin").stdout).toBe("new\r\nnew modelfixeda");
    expect(inside("echo x > train.py && echo x > out.txt").status).toBe(0);
    expect(textOf(target, "out.txt")).toBe("x\n");
    for (const path of ["data/a.bin", "src/fixed.py", "data/new", "src/lib/new"]) {
      expect(inside(`echo x > ${path}`).stderr).toMatch(/Read-only file system/);
    }
    expect(textOf(folder, "data/a.bin")).toBe("a");
    expect(existsSync(join(folder, "out.txt"))).toBe(false);
  });
});

describe("staging without a sandbox", () => {
  it("copies, so that writing there changes nothing of the user's; packages are linked", async () => {
    const { folder, target, readOnly } = await staged(
      { program: ["train.py", "src/model.py"] },
      {
        copyEnvironment: true,
        prepare: (f) => symlinkSync("data", join(f, "linked")),
      },
    );
    expect(readOnly).toEqual([]);
    execFileSync("sh", ["-c", "echo x > data/a.bin; echo x > src/fixed.py; echo x > linked/a.bin; rm -r src/lib"], {
      cwd: target,
    });
    expect([textOf(folder, "data/a.bin"), textOf(folder, "src/fixed.py"), textOf(folder, "src/lib/util.py")]).toEqual([
      "a",
      "fixed",
      "util",
    ]);
    expect(lstatSync(join(target, "node_modules")).isSymbolicLink()).toBe(true);
    expect(existsSync(join(target, ".git"))).toBe(false);
  });

  it("copies a folder with dead links, links in a circle, pipes and locked folders in it", async () => {
    const prepare = (folder: string) => {
      symlinkSync("/nope", join(folder, "data/dead"));
      symlinkSync(".", join(folder, "data/circle"));
      execFileSync("mkfifo", [join(folder, "data/pipe")]);
      chmodSync(join(folder, "data/test"), 0o555);
    };
    const { target } = await staged({}, { copyEnvironment: true, prepare });
    expect(readdirSync(join(target, "data"), { recursive: true }).map(String).sort()).toEqual(
      expect.arrayContaining(["a.bin", "test", "test/answers"]),
    );
    expect(existsSync(join(target, "data/pipe"))).toBe(false);
    expect(existsSync(join(target, "data/circle/circle/circle"))).toBe(false);
  });

  it("refuses to copy more than a gigabyte", async () => {
    const { folder, task } = await taskIn({});
    mkdirSync(join(folder, "data"));
    execFileSync("truncate", ["-s", "2G", join(folder, "data/big")]);
    put(folder, { "train.py": "" });
    const error = await rejection(stageProgram(scratch(), { folder, task, files: {}, copyEnvironment: true }));
    expect([error.code, error.hint]).toEqual(["workspace.too-large-to-copy", expect.stringMatching(/absolute path/)]);
  });
});
