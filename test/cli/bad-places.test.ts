import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { QUADRATIC, quadraticTask } from "../loop/make-task.ts";
import { strop } from "./strop.ts";
import { freshFolder } from "../fresh-folder.ts";

const isRoot = process.getuid?.() === 0;

/** A folder on a disk of so many kilobytes, or null where none can be mounted. */
function tinyDisk(kilobytes: number): { folder: string; unmount(): void } | null {
  const folder = freshFolder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", folder], { stdio: "ignore" });
  } catch {
    return null;
  }
  return { folder, unmount: () => void execFileSync("umount", ["-l", folder]) };
}

describe("a place that does not do", () => {
  test.skipIf(isRoot)("a folder without write permission is told, and nothing is started", async () => {
    const task = quadraticTask();
    try {
      chmodSync(task.folder, 0o555);
      const { code, stderr } = await strop(["run", "--tier", "deno"], task.folder);
      expect(code).toBe(3);
      expect(stderr).toContain("expected to be able to write");
    } finally {
      chmodSync(task.folder, 0o755);
    }
  });

  test.each(["nowhere", "program.py"])("init of %s is told, and is no defect of strop", async (place) => {
    const task = quadraticTask({}, { "program.py": "" });
    const { code, stderr } = await strop(["init", place, "--yes"], task.folder);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^strop: expected a task's folder at (nowhere, found nothing there|program.py, found a file)\n/,
    );
  });

  test.each([
    ["status", "nowhere", "nothing there"],
    ["status", "program.py", "a file"],
    ["clean", "nowhere", "nothing there"],
  ])("%s of %s, which is no folder, is told", async (command, place, found) => {
    const task = quadraticTask({}, { "program.py": "" });
    const { code, stderr } = await strop([command, place], task.folder);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(`^strop: expected a task's folder at .*${place}, found ${found}\n`),
    ]);
  });

  test.each([
    [["prompt"], /expected a scored baseline .*, found none\n +`strop run` measures the program as it is first/],
    [["export", "--format", "svg"], /expected a trial with a score in run-001, found none\n/],
  ])("%j of a run whose program has no score is told what is missing", async (command, said) => {
    const task = quadraticTask({}, { "train.ts": "export default () => { throw new Error('no'); };\n" });
    expect(await strop(["run", "--tier", "deno"], task.folder)).toMatchObject({ code: 3 });
    const { code, stderr } = await strop(command, task.folder);
    expect([code, stderr]).toEqual([2, expect.stringMatching(said)]);
  });

  test("a downstream task that does not exist leaves no run behind", async () => {
    const task = quadraticTask();
    const { code, stderr } = await strop(["recurse", "--task", "knapsack"], task.folder);
    expect([code, stderr.split("\n")[0]]).toEqual([2, "strop: expected a downstream task, found knapsack"]);
    for (const place of ["recurse", ".strop/recurse"]) expect(existsSync(join(task.folder, place))).toBe(false);
  });

  test("a disk without room for a checkpoint stops the gym with a word; with room again it goes on", async (context) => {
    const disk = tinyDisk(400);
    if (disk === null) {
      context.skip("no small disk can be mounted here");
      return;
    }
    try {
      const small = ["gym", "--families", "bowl", "--iterations", "1", "--tasks", "2", "--trials", "2"];
      const full = await strop(small, disk.folder);
      expect([full.code, full.stderr]).toEqual([3, expect.stringMatching(/found a full disk/)]);
      execFileSync("mount", ["-o", "remount,size=20m", disk.folder]);
      expect((await strop(small, disk.folder)).code).toBe(0);
    } finally {
      disk.unmount();
    }
  });

  test("a disk that fills up stops the run with a word; with room again it goes on, and nothing is lost", async (context) => {
    const disk = tinyDisk(900);
    if (disk === null) {
      context.skip("no small disk can be mounted here");
      return;
    }
    const task = quadraticTask({ stop: { trials: 40 } });
    try {
      cpSync(task.folder, disk.folder, { recursive: true });
      const full = await strop(["run", "--tier", "deno"], disk.folder);
      expect(full.code, full.stderr).toBe(3);
      expect(full.stderr).toMatch(/full|no space|ENOSPC/i);
      execFileSync("mount", ["-o", "remount,size=20m", disk.folder]);
      const resumed = await strop(["run", "--tier", "deno"], disk.folder);
      expect(resumed.code, resumed.stderr).toBe(0);
      const trials = (await strop(["log", "--all", "--json"], disk.folder)).stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as { trial: number; verdict: unknown });
      expect(trials.map(({ trial }) => trial)).toEqual(Array.from({ length: 40 }, (_, index) => index));
      expect(trials.every(({ verdict }) => verdict !== null)).toBe(true);
    } finally {
      disk.unmount();
    }
  });

  test("a program with Windows line endings is improved and keeps them", async () => {
    const task = quadraticTask({}, { "train.ts": QUADRATIC.replaceAll("\n", "\r\n") });
    const { code, stderr } = await strop(["run", "--tier", "deno"], task.folder);
    expect(code, stderr).toBe(0);
    expect((await strop(["apply"], task.folder)).code).toBe(0);
    const text = readFileSync(join(task.folder, "train.ts"), "utf8");
    expect(text).not.toBe(QUADRATIC.replaceAll("\n", "\r\n"));
    expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  });

  test("a journal that was cut is told, and a new run can be started beside it", async () => {
    const task = quadraticTask({ stop: { trials: 3 } });
    await strop(["run", "--tier", "deno"], task.folder);
    const path = join(task.folder, ".strop/runs/run-001/journal.db");
    writeFileSync(path, readFileSync(path).subarray(0, 5000));
    const { code, stderr } = await strop(["run", "--tier", "deno"], task.folder);
    expect(code).toBe(3);
    expect(stderr).toMatch(/journal/);
    expect(stderr).toMatch(/--fresh/);
    expect((await strop(["run", "--fresh", "--tier", "deno"], task.folder)).code).toBe(0);
  });
});
