import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeAll, expect, test } from "vitest";

import { quadraticTask } from "../loop/make-task.ts";
import { start } from "./strop.ts";
import { freshFolder } from "../fresh-folder.ts";

let folder = "";
beforeAll(async () => {
  folder = freshFolder();
});

const strop = (...args: readonly string[]) => start(args, folder).ended;

test("strop gym trains, goes on, and says what to do next; strop policy brings the weights into a project and out again", async () => {
  const small = ["--iterations", "2", "--tasks", "3", "--trials", "4", "--families", "code", "bowl"];
  const first = await strop("gym", ...small, "--out", "mine.safetensors");
  expect(first.code).toBe(0);
  expect(first.stderr).toContain("gap closed on held-out tasks");
  expect(first.stdout).toContain(`strop policy import ${join(folder, "mine.safetensors")} `);
  expect(first.stdout).toContain(".strop/gym/learning-curve.svg");
  const again = await strop("gym", ...small, "--json");
  const result = JSON.parse(again.stdout) as { iteration: number; curve: unknown[]; weights: string };
  expect(result).toMatchObject({ iteration: 2 });
  expect(result.curve).toHaveLength(2);
  const weights = await readFile(join(folder, "mine.safetensors"));
  expect(await readFile(result.weights)).toEqual(weights);

  for (const args of [["show"], ["export", "none.safetensors"]]) {
    const nothing = await strop("policy", ...args);
    expect(nothing.code).toBe(2);
    expect(nothing.stderr).toContain("strop run --proposer policy");
  }
  expect((await strop("policy", "import", "mine.safetensors")).code).toBe(0);
  const shown = await strop("policy", "show", "--json");
  expect(JSON.parse(shown.stdout)).toMatchObject({ bytes: weights.length, metadata: { updates: "2" } });
  expect((await strop("policy", "export", ".strop/out/taken.safetensors")).code).toBe(0);
  expect(await readFile(join(folder, ".strop/out/taken.safetensors"))).toEqual(weights);
  const inside = await strop("policy", "export", "taken.safetensors");
  expect([inside.code, inside.stderr]).toEqual([2, expect.stringContaining("outside the task's folder")]);

  await writeFile(join(folder, "evil.safetensors"), "not weights");
  const refused = await strop("policy", "import", "evil.safetensors");
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain("expected a safetensors file");
  const inTheWay = await strop("gym", ...small, "-C", "evil.safetensors");
  expect(inTheWay.code).toBe(2);
  expect(inTheWay.stderr).toMatch(/expected to be able to make the folder .*evil\.safetensors/);
  const nowhere = await strop("gym", ...small, "-C", "unborn", "--live", "nowhere");
  expect(nowhere.stderr).toMatch(/expected a task's folder at .*nowhere, found nothing there/);
  expect(existsSync(join(folder, "unborn"))).toBe(false);
  const { folder: task } = quadraticTask();
  const pinned = await start(["gym", ...small, "--out", "mine.safetensors"], task).ended;
  expect([pinned.code, pinned.stderr]).toEqual([2, expect.stringContaining("outside the task's folder")]);
  expect(existsSync(join(task, ".strop"))).toBe(false);
  const other = await strop("gym", ...small, "--seed", "9");
  expect(other.code).toBe(2);
  expect(other.stderr).toContain("--fresh");
}, 300_000);
