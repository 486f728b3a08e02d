/** Where recursions and reprogrammings keep their runs: in a task's folder not among what its own run has pinned. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { quadraticTask } from "../loop/make-task.ts";
import { freshFolder } from "../fresh-folder.ts";
import { strop } from "./strop.ts";

const RECURSE =
  "recurse --task parity --bits 4 --copies 1 --rounds 1 --utility-budget 2 --model-budget 1 --responses 1".split(" ");
const REPROGRAM =
  "reprogram mnist --sample --arm random --candidates 1 --iterations 1 --subset 60 --selection 60 --report 60 --final-images 60 --final-seeds 1".split(
    " ",
  );

test("beside a task they lie below .strop, and the task's run goes on", { timeout: 180_000 }, async () => {
  const { folder } = quadraticTask();
  const run = ["run", "--tier", "deno", "--trials"];
  expect(await strop([...run, "2"], folder)).toMatchObject({ code: 0 });

  const recursion = await strop(RECURSE, folder);
  expect(recursion.code, recursion.stderr).toBe(0);
  expect(recursion.stdout).toContain("strop log .strop/recurse");
  expect(await strop(["log", ".strop/recurse"], folder)).toMatchObject({ code: 0 });
  const reprogramming = await strop(REPROGRAM, folder);
  expect(reprogramming.code, reprogramming.stderr).toBe(0);
  expect(reprogramming.stdout).toContain("strop log .strop/reprogram-mnist");

  const goneOn = await strop([...run, "4"], folder);
  expect(goneOn.code, goneOn.stderr).toBe(0);
  expect(goneOn.stderr).toContain("continuing run-001");
});

test("elsewhere they have a folder to be seen", { timeout: 60_000 }, async () => {
  const folder = freshFolder();
  const { code, stdout, stderr } = await strop(RECURSE, folder);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("strop log recurse");
  expect([existsSync(join(folder, "recurse/improver.ts")), existsSync(join(folder, ".strop"))]).toEqual([true, false]);
});

test("-C names the folder of every command, and two folders are one too many", { timeout: 60_000 }, async () => {
  const { folder } = quadraticTask();
  const elsewhere = freshFolder();
  const ran = await strop(["run", "-C", folder, "--tier", "deno", "--trials", "2"], elsewhere);
  expect(ran.code, ran.stderr).toBe(0);
  for (const command of ["status", "log", "diff"]) {
    const { code, stderr } = await strop([command, "-C", folder], elsewhere);
    expect(code, `${command}: ${stderr}`).toBe(0);
  }
  const both = await strop(["log", folder, "-C", folder], elsewhere);
  expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("expected one folder") });
});
