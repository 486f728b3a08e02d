import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, test } from "vitest";

// @ts-expect-error -- plain JavaScript without types: it must run on any Node, before anything is installed
import * as untyped from "../../scripts/setup.mjs";
import { plant, type Tree } from "./fixture-tree.ts";

const { isNewEnough, isStale } = untyped as { isNewEnough(version: string): boolean; isStale(folder: string): boolean };
const setup = join(dirname(dirname(import.meta.dirname)), "scripts", "setup.mjs");

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Running {
  readonly pid: number;
  /** Resolves when this text has been printed. */
  printed(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

function start(script: string, env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data) => (stdout += String(data)));
  child.stderr.on("data", (data) => (stderr += String(data)));
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const printed = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => void (stdout.includes(text) && resolve());
      child.stdout.on("data", look);
      void ended.then(() => reject(new Error(`ended without printing ${text}: ${stderr}`)));
      look();
    });
  return { pid: child.pid as number, printed, ended };
}

const call = (expression: string): string =>
  `import { runInPlace, setUp } from ${JSON.stringify(setup)};\n${expression}`;

describe("whether anything must be installed", () => {
  const project = (installedAt?: number): Tree => {
    const tree = plant({ "package.json": "{}", "package-lock.json": "{}" });
    utimesSync(join(tree.root, "package-lock.json"), 1000, 1000);
    if (installedAt !== undefined) {
      mkdirSync(join(tree.root, "node_modules"));
      writeFileSync(join(tree.root, "node_modules/.package-lock.json"), "{}");
      utimesSync(join(tree.root, "node_modules/.package-lock.json"), installedAt, installedAt);
    }
    return tree;
  };

  test.each([
    [undefined, true],
    [999, true],
    [1001, false],
  ])("installed at %s, with a lock file of 1000: %s", (at, stale) => {
    using tree = project(at);
    expect(isStale(tree.root)).toBe(stale);
  });

  test.each([
    ["v22.18.0", true],
    ["22.17.9", false],
    ["v20.20.2", false],
    ["v24.0.0", true],
    ["23.1.0", true],
  ])("%s runs TypeScript: %s", (version, enough) => {
    expect(isNewEnough(version)).toBe(enough);
  });
});

describe("installing", () => {
  /** Stands in for npm's own program: counts its calls and takes its time. */
  const npm = (body: string): string => `
    const { appendFileSync, mkdirSync, writeFileSync } = require("node:fs");
    appendFileSync("calls.txt", process.argv.slice(2).join(" ") + "\\n");
    setTimeout(() => { ${body} }, 300);`;
  const works =
    'mkdirSync("node_modules", { recursive: true }); writeFileSync("node_modules/.package-lock.json", "{}");';

  test("happens once when two commands start at the same time, and leaves no lock behind", async () => {
    using tree = plant({ "package.json": "{}", "package-lock.json": "{}", "npm.cjs": npm(works) });
    const script = call(`console.log(await setUp(${JSON.stringify(tree.root)}));`);
    const env = { npm_execpath: join(tree.root, "npm.cjs") };
    const both = await Promise.all([start(script, env).ended, start(script, env).ended]);
    expect(both.map(({ code, stdout }) => [code, stdout.trim()])).toEqual([
      [0, process.execPath],
      [0, process.execPath],
    ]);
    expect(readFileSync(join(tree.root, "calls.txt"), "utf8")).toMatch(/^ci --include=dev .*\n$/);
    expect(existsSync(join(tree.root, ".strop/setup.lock"))).toBe(false);
  });

  test("uses npm install where there is no lock file, and takes over the lock of a dead process", async () => {
    using tree = plant({ "package.json": "{}", ".strop/setup.lock": "999999999", "npm.cjs": npm(works) });
    const ended = await start(call(`await setUp(${JSON.stringify(tree.root)});`), {
      npm_execpath: join(tree.root, "npm.cjs"),
    }).ended;
    expect(ended.code).toBe(0);
    expect(readFileSync(join(tree.root, "calls.txt"), "utf8")).toMatch(/^install /);
  });

  test("empties no folder that other checkouts link to: it goes on with what is there, and where nothing is says what to do", async () => {
    using tree = plant({
      "a/package-lock.json": "{}",
      "a/npm.cjs": npm(works),
      "shared/.package-lock.json": "{}",
      "empty/other": "",
    });
    const folder = join(tree.root, "a");
    utimesSync(join(tree.root, "shared/.package-lock.json"), 1000, 1000);
    const env = { npm_execpath: join(folder, "npm.cjs") };
    const started = () => start(call(`console.log(await setUp(${JSON.stringify(folder)}));`), env).ended;
    symlinkSync("../shared", join(folder, "node_modules"));
    expect((await started()).stdout.trim()).toBe(process.execPath);
    rmSync(join(folder, "node_modules"));
    symlinkSync("../empty", join(folder, "node_modules"));
    const refused = await started();
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/symbolic link `node_modules`.*\n.*remove the link/);
    expect(existsSync(join(folder, "calls.txt"))).toBe(false);
  });

  test("says kindly what to do when it fails", async () => {
    using tree = plant({ "package.json": "{}", "package-lock.json": "{}", "npm.cjs": npm("process.exit(7);") });
    const ended = await start(call(`await setUp(${JSON.stringify(tree.root)});`), {
      npm_execpath: join(tree.root, "npm.cjs"),
    }).ended;
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain("npm ci failed (exit code 7)");
    expect(ended.stderr).toContain("If this machine is offline");
    expect(existsSync(join(tree.root, ".strop/setup.lock"))).toBe(false);
  });
});

describe("running a program in place", () => {
  const inPlace = (program: string): Running =>
    start(call(`runInPlace(process.execPath, ["-e", ${JSON.stringify(program)}]);`));

  test("passes its exit code on", async () => {
    expect(await inPlace("process.exitCode = 5").ended).toMatchObject({ code: 5, signal: null });
  });

  test("dies of the signal that the program died of", async () => {
    expect(await inPlace("process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)").ended).toMatchObject({
      code: null,
      signal: "SIGTERM",
    });
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "hands %s over once and waits while the program finishes in its own time",
    async (signal) => {
      const running = inPlace(
        `let n = 0; process.on("${signal}", () => { n++; setTimeout(() => { console.log("signals " + n); process.exit(130); }, 300); }); setInterval(() => {}, 1000); console.log("ready");`,
      );
      await running.printed("ready");
      process.kill(running.pid, signal);
      process.kill(running.pid, signal);
      const ended = await running.ended;
      expect(ended).toMatchObject({ code: 130, signal: null });
      expect(ended.stdout).toContain("signals 1");
    },
  );

  test("says so when the program cannot be started", async () => {
    const ended = await start(call('runInPlace("/nowhere/node", []);')).ended;
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain("could not start /nowhere/node");
  });
});
