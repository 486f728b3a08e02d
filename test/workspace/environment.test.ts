import { execFileSync } from "node:child_process";
import { chmodSync, closeSync, mkdirSync, openSync, renameSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { scanEnvironment, verifyEnvironment } from "../../src/workspace/environment.ts";
import { put, rejection, scratch, taskIn, textOf } from "./scratch.ts";

const FILES = {
  "prepare.py": "one",
  "data/a.bin": "aaaa",
  "data/deep/b.bin": "bbbb",
  "program.md": "Go.",
  "notes.txt": "n",
};

async function pinned(config = {}, files: Record<string, string> = FILES) {
  const loaded = await taskIn(config, files);
  return { ...loaded, environment: await scanEnvironment(loaded.folder, loaded.task) };
}

describe("the environment", () => {
  it.each([
    ["night.txt", "environment.own-output"],
    ["night.log", "pinned"],
  ])("holds nothing that strop's own output goes to: %s", async (name, expected) => {
    const { folder } = await taskIn({}, FILES);
    const output = openSync(join(folder, name), "w");
    const source = new URL("../../src/workspace/", import.meta.url).href;
    const program = `
      const { scanEnvironment } = await import("${source}environment.ts");
      const { loadTask } = await import("${source}load-task.ts");
      const { task } = await loadTask(process.cwd());
      await scanEnvironment(process.cwd(), task).then(() => console.log("pinned"), ({ code }) => console.log(code));`;
    execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: folder,
      stdio: ["ignore", output, "inherit"],
    });
    closeSync(output);
    expect(textOf(folder, name).trim()).toBe(expected);
  });

  it("leaves out what people write for people, unless a command, a key or a glob names it", async () => {
    const documents = {
      "README.md": "",
      "docs/readme.rst": "",
      LICENSE: "",
      "todo.md": "",
      "NOTES/a.py": "",
      "readme.py": "",
    };
    const files = { "train.py": "", ...documents };
    const paths = async (config: object) => (await pinned(config, files)).environment.files.map(({ path }) => path);
    const others = ["NOTES/a.py", "readme.py"];
    expect(await paths({})).toEqual(others);
    expect(await paths({ evaluate: "python3 readme.py README.md" })).toEqual([...others, "README.md"].sort());
    expect(await paths({ hidden: "LICENSE" })).toEqual([...others, "LICENSE"].sort());
    expect(await paths({ environment: ["**", "todo.md"] })).toEqual([...others, "todo.md"].sort());
  });

  it("is everything but the program, the config, the agenda, caches and packages", async () => {
    const junk = {
      ".git/HEAD": "",
      ".strop/j": "",
      "node_modules/a/i.js": "",
      "__pycache__/x.pyc": "",
      ".venv/x": "",
      "run.log": "",
      "nohup.out": "",
      "slurm-17.out": "",
      "results.tsv": "",
    };
    const { environment } = await pinned({}, { ...FILES, ...junk });
    expect(environment.files.map((file) => file.path)).toEqual([
      "data/a.bin",
      "data/deep/b.bin",
      "notes.txt",
      "prepare.py",
    ]);
    expect(environment.files[0]).toEqual({
      path: "data/a.bin",
      bytes: 4,
      sha256: "61be55a8e2f6b4e172338bddf184d6dbee29c98853e0a0485ecee7f27b9af0b4",
    });
  });

  it("is what the config says, and always the evaluator, its data, the program's data and what is hidden", async () => {
    const { environment } = await pinned(
      {
        environment: ["node_modules/**", "data/*"],
        hidden: "secret",
        evaluate: "python3 score.py",
        holdout: { module: "hold.ts", data: ["hold.bin"] },
      },
      { ...FILES, "node_modules/i.js": "", "score.py": "", "hold.ts": "", "hold.bin": "", "secret/x": "" },
    );
    expect(environment.files.map((file) => file.path)).toEqual([
      "data/a.bin",
      "hold.bin",
      "hold.ts",
      "node_modules/i.js",
      "score.py",
      "secret/x",
    ]);
  });

  it("has nothing of a scratch folder in it, whatever else names that", async () => {
    const { environment } = await pinned({ scratch: "data", environment: ["**", "data/*"], hidden: "data/**" });
    expect(environment.files.map((file) => file.path)).not.toContain("data/a.bin");
  });

  it("has the same hash for the same content anywhere, and another for another", async () => {
    const [a, b, c] = [await pinned(), await pinned(), await pinned({}, { ...FILES, "prepare.py": "two" })];
    expect(a.environment.hash).toBe(b.environment.hash);
    expect(a.environment.hash).not.toBe(c.environment.hash);
  });

  it("includes what links lead to, once, even in circles", async () => {
    const outside = scratch({ "big.bin": "big" });
    const loaded = await taskIn({}, {});
    symlinkSync(outside, join(loaded.folder, "data"));
    symlinkSync(".", join(loaded.folder, "self"));
    const environment = await scanEnvironment(loaded.folder, loaded.task);
    expect(environment.files.map((file) => file.path)).toEqual(["data/big.bin"]);
    put(outside, { "big.bin": "BIG" });
    expect(await verifyEnvironment(environment)).toEqual(["data/big.bin"]);
  });

  it.skipIf(process.getuid?.() === 0)("must be readable", async () => {
    const loaded = await taskIn({}, FILES);
    chmodSync(join(loaded.folder, "prepare.py"), 0o000);
    const error = await rejection(scanEnvironment(loaded.folder, loaded.task));
    expect([error.code, error.message]).toEqual(["workspace.unreadable", expect.stringMatching(/prepare\.py.*EACCES/)]);
  });

  it("is not looked for in a folder that is left out whole, unless something in it is always pinned", async () => {
    const user = process.geteuid?.();
    if (user === 0) process.seteuid?.(65_534);
    try {
      const scan = async (config: object) => {
        const { folder, task } = await taskIn({ environment: ["**", "!data/**"], ...config }, FILES);
        chmodSync(join(folder, "data/deep"), 0);
        return scanEnvironment(folder, task).finally(() => chmodSync(join(folder, "data/deep"), 0o700));
      };
      expect((await scan({})).files.map((file) => file.path)).toEqual(["notes.txt", "prepare.py"]);
      for (const config of [{ hidden: "data/a.bin" }, { evaluate: "cat data/a.bin" }, { environment: "**" }])
        expect((await rejection(scan(config))).code).toBe("workspace.unreadable");
    } finally {
      if (user === 0) process.seteuid?.(0);
    }
  });

  it("refuses a pipe, which would block whoever reads it", async () => {
    const loaded = await taskIn({}, {});
    execFileSync("mkfifo", [join(loaded.folder, "pipe")]);
    const error = await rejection(scanEnvironment(loaded.folder, loaded.task));
    expect([error.code, error.message]).toEqual(["environment.special-file", expect.stringMatching(/pipe$/)]);
  });
});

describe("verifying the environment", () => {
  it("finds nothing while only the program, the agenda, the config and strop's folder change", async () => {
    const { folder, environment } = await pinned();
    put(folder, {
      "train.py": "new",
      "program.md": "new",
      "strop.config.json": "{}",
      ".strop/journal": "x",
      "run.log": "x",
    });
    expect(await verifyEnvironment(environment)).toEqual([]);
  });

  it("names every file that was changed, added or removed, as long as it is so", async () => {
    const { folder, environment } = await pinned();
    put(folder, { "prepare.py": "eno", "data/deep/new.bin": "" });
    rmSync(join(folder, "notes.txt"));
    // Long enough for the change to be settled: then, too, the second look must see it.
    await new Promise((resume) => setTimeout(resume, 100));
    const expected = ["data/deep/new.bin", "notes.txt", "prepare.py"];
    expect(await verifyEnvironment(environment)).toEqual(expected);
    expect(await verifyEnvironment(environment)).toEqual(expected);
    put(folder, { "prepare.py": "one", "notes.txt": "n" });
    rmSync(join(folder, "data/deep/new.bin"));
    expect(await verifyEnvironment(environment)).toEqual([]);
  });

  it("sees a change of the same length and time", async () => {
    const { folder, environment } = await pinned();
    await verifyEnvironment(environment);
    put(folder, { "prepare.py": "eno" });
    utimesSync(join(folder, "prepare.py"), 1, 1);
    expect(await verifyEnvironment(environment)).toEqual(["prepare.py"]);
    expect(await verifyEnvironment(environment, { full: true })).toEqual(["prepare.py"]);
  });

  it("reads everything again when asked, whatever sizes and times say", async () => {
    const { folder, task, environment } = await pinned();
    put(folder, { "prepare.py": "eno" });
    await new Promise((resume) => setTimeout(resume, 100));
    const { watch } = await scanEnvironment(folder, task);
    const deceived = { ...environment, watch };
    expect(await verifyEnvironment(deceived)).toEqual([]);
    expect(await verifyEnvironment(deceived, { full: true })).toEqual(["prepare.py"]);
  });

  it("is not troubled by a file that was touched or written again with the same text", async () => {
    const { folder, environment } = await pinned();
    put(folder, { "prepare.py": textOf(folder, "prepare.py") });
    expect(await verifyEnvironment(environment)).toEqual([]);
    expect(await verifyEnvironment(environment, { full: true })).toEqual([]);
  });

  it("sees a folder put in a file's place, and a whole folder gone", async () => {
    const { folder, environment } = await pinned();
    rmSync(join(folder, "prepare.py"));
    mkdirSync(join(folder, "prepare.py"));
    renameSync(join(folder, "data"), join(folder, "moved"));
    expect(await verifyEnvironment(environment)).toEqual(["data/a.bin", "data/deep/b.bin", "prepare.py"]);
  });

  it("handles thousands of files", async () => {
    const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`data/${i % 7}/${i}.txt`, `${i}`]));
    const { folder, environment } = await pinned({}, many);
    expect(environment.files).toHaveLength(2_000);
    expect(await verifyEnvironment(environment)).toEqual([]);
    put(folder, { "data/3/3.txt": "x" });
    expect(await verifyEnvironment(environment)).toEqual(["data/3/3.txt"]);
  });
});
