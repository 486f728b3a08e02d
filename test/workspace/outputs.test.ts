import { execFileSync } from "node:child_process";
import { chmodSync, linkSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { collectOutputs } from "../../src/workspace/outputs.ts";
import { scratch } from "./scratch.ts";

const LIMITS = { maxFiles: 10, maxBytes: 1_000 };

describe("collecting what a program left", () => {
  it("finds regular files, in folders too, by name", async () => {
    const folder = scratch({ "model.bin": "1234", "a/b/c.json": "{}", "Größe_1.txt": "" });
    const { files, ignored } = await collectOutputs(folder, LIMITS);
    expect(files.map(({ name, bytes }) => [name, bytes])).toEqual([
      ["Größe_1.txt", 0],
      ["a/b/c.json", 2],
      ["model.bin", 4],
    ]);
    expect(ignored).toEqual([]);
  });

  it("leaves out pipes, links, hard links, odd names and depths, each with its reason, without waiting", async () => {
    const folder = scratch({ "good.bin": "x", "..hidden": "", "new\nline": "", "1/2/3/4/5/deep": "", first: "" });
    execFileSync("mkfifo", [join(folder, "result.json")]);
    symlinkSync("/dev/zero", join(folder, "zero"));
    symlinkSync("/etc", join(folder, "etc"));
    linkSync(join(folder, "first"), join(folder, "second"));
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0xff, 0xfe)]), "x");
    const { files, ignored } = await collectOutputs(folder, LIMITS);
    expect(files.map((file) => file.name)).toEqual(["good.bin"]);
    expect([...ignored].sort()).toEqual(
      [
        "..hidden: not a plain name",
        "1/2/3/4: too deep",
        "etc: a symbolic link",
        "first: a hard link",
        "new?line: not a plain name",
        "result.json: a pipe, socket or device",
        "second: a hard link",
        "zero: a symbolic link",
        "\uFFFD\uFFFD: not a plain name",
      ].sort(),
    );
  });

  it("takes no more files and bytes than agreed", async () => {
    const folder = scratch({ a: "x".repeat(600), b: "x".repeat(600), c: "x".repeat(300) });
    const few = await collectOutputs(folder, { maxFiles: 1, maxBytes: 1_000 });
    expect([few.files.length, few.ignored.length]).toEqual([1, 2]);
    const small = await collectOutputs(folder, LIMITS);
    expect(small.files.reduce((sum, file) => sum + file.bytes, 0)).toBe(900);
    expect(small.ignored).toEqual([expect.stringMatching(/^[ab]: more than 1000 bytes in all$/)]);
  });

  it("is not impressed by a sparse file of a terabyte", async () => {
    const folder = scratch({ huge: "" });
    truncateSync(join(folder, "huge"), 1e12);
    expect((await collectOutputs(folder, LIMITS)).files).toEqual([]);
  });

  it("looks at a bounded number of 20,000 files and names few of them", async () => {
    const folder = scratch();
    execFileSync("sh", ["-c", "seq 20000 | xargs touch"], { cwd: folder });
    const { files, ignored } = await collectOutputs(folder, LIMITS);
    expect(files).toHaveLength(10);
    expect(ignored).toHaveLength(21);
    expect(ignored.at(-1)).toBe("and 11 more");
  });

  it.skipIf(process.getuid?.() === 0)("passes over folders and files that it may not read", async () => {
    const folder = scratch({ "a.bin": "1", "closed/b.bin": "2", "secret.bin": "3" });
    chmodSync(join(folder, "closed"), 0o000);
    chmodSync(join(folder, "secret.bin"), 0o000);
    const { files, ignored } = await collectOutputs(folder, LIMITS);
    chmodSync(join(folder, "closed"), 0o755);
    expect(files.map((file) => file.name)).toEqual(["a.bin"]);
    expect([...ignored].sort()).toEqual(["closed: not readable", "secret.bin: not readable"]);
  });

  it("has nothing from a folder that is gone, or was replaced by a link", async () => {
    const folder = scratch({ x: "" });
    expect(await collectOutputs(join(folder, "gone"), LIMITS)).toEqual({
      files: [],
      ignored: ["the output folder is gone"],
    });
    symlinkSync("/etc", join(folder, "out"));
    expect(await collectOutputs(join(folder, "out"), LIMITS)).toEqual({
      files: [],
      ignored: ["the output folder was replaced by something else"],
    });
  });
});
