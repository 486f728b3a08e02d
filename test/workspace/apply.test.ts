import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { applyProgram } from "../../src/workspace/apply.ts";
import { put, rejection, scratch, taskIn, textOf } from "./scratch.ts";

describe("applying a champion", () => {
  it("writes what differs, deletes what is gone, keeps modes, and leaves nothing else behind", async () => {
    const { folder, task } = await taskIn(
      { program: ["train.py", "src/**"] },
      { "src/a.py": "a", "src/old.py": "o", "src/same.py": "s" },
    );
    chmodSync(join(folder, "train.py"), 0o750);
    const same = statSync(join(folder, "src/same.py")).ino;
    const result = await applyProgram(folder, task, {
      "train.py": "new\r\n",
      "src/a.py": "A",
      "src/same.py": "s",
      "src/x/new.py": "n",
    });
    expect(result.changed).toEqual(["src/a.py", "src/old.py", "src/x/new.py", "train.py"]);
    expect([textOf(folder, "train.py"), textOf(folder, "src/a.py"), textOf(folder, "src/x/new.py")]).toEqual([
      "new\r\n",
      "A",
      "n",
    ]);
    expect(statSync(join(folder, "train.py")).mode & 0o777).toBe(0o750);
    expect(statSync(join(folder, "src/same.py")).ino).toBe(same);
    expect([readdirSync(folder).sort(), readdirSync(join(folder, "src")).sort()]).toEqual([
      ["src", "strop.config.json", "train.py"],
      ["a.py", "same.py", "x"],
    ]);
  });

  it("has nothing to do the second time", async () => {
    const { folder, task } = await taskIn({});
    await applyProgram(folder, task, { "train.py": "new" });
    expect(await applyProgram(folder, task, { "train.py": "new" })).toEqual({ changed: [] });
  });

  it("writes nothing at all when one of the files cannot be written", async () => {
    const { folder, task } = await taskIn({ program: ["train.py", "b/**"] }, { b: "a file where a folder is needed" });
    const error = await rejection(applyProgram(folder, task, { "train.py": "new", "b/c.py": "c" }));
    expect([error.code, textOf(folder, "train.py"), readdirSync(folder).sort()]).toEqual([
      "apply.link",
      "print('loss: 1')\n",
      ["b", "strop.config.json", "train.py"],
    ]);
  });

  it("writes through no link", async () => {
    const outside = scratch({ victim: "v" });
    const { folder, task } = await taskIn({ program: ["*.py", "sub/*"] });
    rmSync(join(folder, "train.py"));
    symlinkSync(join(outside, "victim"), join(folder, "train.py"));
    symlinkSync(outside, join(folder, "sub"));
    for (const path of ["train.py", "sub/victim"]) {
      expect((await rejection(applyProgram(folder, task, { [path]: "x" }))).code).toBe("apply.link");
    }
    expect(textOf(outside, "victim")).toBe("v");
  });

  it("refuses files that are not the program's", async () => {
    const { folder, task } = await taskIn({ program: "**" });
    for (const path of ["../x", "/tmp/x", ".git/hooks/pre-commit", "strop.config.json"]) {
      expect((await rejection(applyProgram(folder, task, { [path]: "x" }))).code).toBe("apply.outside");
    }
  });

  it.skipIf(process.getuid?.() === 0)("says so when it may not write, and changes nothing", async () => {
    const { folder, task } = await taskIn({ program: ["train.py", "locked/*"] });
    mkdirSync(join(folder, "locked"));
    put(folder, { "locked/x.py": "x" });
    chmodSync(join(folder, "locked"), 0o555);
    const error = await rejection(applyProgram(folder, task, { "train.py": "new", "locked/x.py": "y" }));
    chmodSync(join(folder, "locked"), 0o755);
    expect([error.code, error.message]).toEqual(["apply.not-writable", expect.stringMatching(/EACCES/)]);
    expect([textOf(folder, "train.py"), textOf(folder, "locked/x.py")]).toEqual(["print('loss: 1')\n", "x"]);
  });
});
