import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";

import type { ProgramFiles } from "../../src/core/edit.ts";
import { createTypeChecker } from "../../src/workspace/type-check.ts";
import { freshFolder } from "../fresh-folder.ts";

const PACKAGES = fileURLToPath(new URL("../../node_modules", import.meta.url));
const never = new AbortController().signal;
const PARENT: ProgramFiles = {
  "train.ts": 'import { scale } from "./prepare.ts";\nexport const rate: number = scale(0.5);\n',
};

let folder: string;
let temp: string;

beforeEach(() => {
  folder = realpathSync(freshFolder("strop types ä "));
  temp = join(folder, ".strop/tmp");
  mkdirSync(temp, { recursive: true });
  symlinkSync(PACKAGES, join(folder, "node_modules"));
  const options = { strict: true, noEmit: true, module: "nodenext", allowImportingTsExtensions: true, types: [] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options }));
  writeFileSync(join(folder, "prepare.ts"), "export const scale = (x: number): number => 2 * x;\n");
  writeFileSync(join(folder, "train.ts"), PARENT["train.ts"] ?? "");
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const problemsOf = async (files: ProgramFiles, parent = PARENT): Promise<readonly string[] | undefined> =>
  (await createTypeChecker(folder, temp, parent))?.newProblems(files, parent, never);

describe("the type checker", () => {
  test("passes a program that types, also where it imports an unedited neighbour", async () => {
    expect(await problemsOf({ "train.ts": `${PARENT["train.ts"]}export const more = scale(1);\n` })).toEqual([]);
  });

  test("is over when strop is killed, however long the compiler would have worked", async () => {
    const [compiler, script] = [join(folder, "slow/node_modules/typescript"), join(folder, "strop.mjs")];
    mkdirSync(join(compiler, "bin"), { recursive: true });
    writeFileSync(join(compiler, "package.json"), "{}");
    const pidFile = join(folder, "pid");
    const text = `require("fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); for (;;);`;
    writeFileSync(join(compiler, "bin/tsc"), text);
    writeFileSync(join(folder, "slow/tsconfig.json"), "{}");
    const [slow, module] = [join(folder, "slow"), new URL("../../src/workspace/type-check.ts", import.meta.url).href];
    writeFileSync(
      script,
      `const { createTypeChecker } = await import(${JSON.stringify(module)});
      const [folder, temp, program] = ${JSON.stringify([slow, temp, PARENT])};
      await (await createTypeChecker(folder, temp, program)).newProblems(program, program, new AbortController().signal);`,
    );
    const strop = spawn(process.execPath, [script], { stdio: "inherit" });
    const until = async (isTrue: () => boolean) => {
      for (let waited = 0; !isTrue() && waited < 30_000; waited += 20) await sleep(20);
    };
    await until(() => existsSync(pidFile) && readFileSync(pidFile, "utf8") !== "");
    const pid = Number(readFileSync(pidFile, "utf8"));
    expect(isAlive(pid)).toBe(true);
    strop.kill("SIGKILL");
    await until(() => !isAlive(pid));
    const survived = isAlive(pid);
    if (survived) process.kill(pid, "SIGKILL");
    expect(survived).toBe(false);
  });

  test("names the place of a new error, and leaves nothing behind", async () => {
    const files = { "train.ts": 'import { scale } from "./prepare.ts";\nexport const rate: number = scale("fast");\n' };
    expect(await problemsOf(files)).toEqual([expect.stringMatching(/^train\.ts:2:\d+ TS2345: .*string.*number/)]);
    expect(readdirSync(temp)).toEqual([]);
  });

  test("does not blame an edit for errors that its parent has", async () => {
    const parent = { "train.ts": 'export const rate: number = "slow";\n' };
    expect(await problemsOf({ "train.ts": `${parent["train.ts"]}export const more = 1;\n` }, parent)).toEqual([]);
  });

  test("says nothing of files outside the program, whatever an import points at", async () => {
    const secret = join(folder, "secret.ts");
    writeFileSync(secret, 'export const token: number = "hunter2";\n');
    const problems = await problemsOf({ "train.ts": 'import "./secret.ts";\nexport const rate: number = 1;\n' });
    expect(JSON.stringify(problems)).not.toContain("hunter2");
  });

  test("shows nothing of a file that a program may not see: not of hidden ones, and not of others' folders", async () => {
    const outside = freshFolder();
    const quoting = (path: string) => ({
      "train.ts": `import { token } from "${path}";\nexport const rate: 1 = token;\n`,
    });
    const problems = async (path: string, isHidden: (each: string) => boolean = (each) => each === "hidden.ts") =>
      (await createTypeChecker(folder, temp, PARENT, { isHidden }))?.newProblems(quoting(path), PARENT, never);
    try {
      for (const place of [folder, outside])
        writeFileSync(join(place, "hidden.ts"), 'export const token = "hunter2";\n');
      expect(JSON.stringify(await problems("./hidden.ts", () => false))).toContain("hunter2");
      for (const path of ["./hidden.ts", join(outside, "hidden.ts")])
        expect(await problems(path)).toEqual([
          expect.stringMatching(/^imports .*hidden\.ts, which a program may not see$/),
        ]);
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });

  /** In place of TypeScript's. */
  const installCompiler = (script: string): void => {
    const compiler = join(folder, "node_modules/typescript");
    rmSync(join(folder, "node_modules"));
    mkdirSync(join(compiler, "bin"), { recursive: true });
    writeFileSync(join(compiler, "package.json"), '{ "name": "typescript", "version": "1.0.0" }');
    writeFileSync(join(compiler, "bin/tsc"), script);
  };

  test("does not blame an edit for what a compiler that was cut off did not say of its parent", async () => {
    installCompiler(`
      const text = require("fs").readFileSync("train.ts", "utf8");
      if (text.includes("endless")) process.stdout.write("x".repeat(5e6));
      console.log("train.ts(1,1): error TS1: there before");`);
    expect(await problemsOf({ "train.ts": "edit" }, { "train.ts": "short" })).toEqual([]);
    expect(await problemsOf({ "train.ts": "edit" }, { "train.ts": "endless" })).toEqual([]);
  });

  test("ends a compiler with all that it has started", async () => {
    const note = join(folder, "started");
    const launcher = `require("child_process").execFileSync("sh", ["-c", "echo $$ > '${note}.new'; mv '${note}.new' '${note}'; exec sleep 1000"])`;
    installCompiler(launcher);
    const controller = new AbortController();
    const checker = await createTypeChecker(folder, temp, PARENT);
    const checking = checker?.newProblems({ "train.ts": "" }, PARENT, controller.signal);
    while (!existsSync(note)) await sleep(10);
    const pid = Number(readFileSync(note, "utf8"));
    expect(process.kill(pid, 0)).toBe(true);
    controller.abort();
    await checking;
    const isGone = () => {
      const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8") : ") Z";
      return stat.includes(") Z");
    };
    if (process.platform === "linux") while (!isGone()) await sleep(10);
  });

  test("is absent without a tsconfig, and for a program in another language", async () => {
    expect(await createTypeChecker(folder, temp, { "train.py": "x = 1\n" })).toBeNull();
    rmSync(join(folder, "tsconfig.json"));
    expect(await createTypeChecker(folder, temp, PARENT)).toBeNull();
  });
});
