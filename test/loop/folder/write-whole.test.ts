import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";

import type { Task } from "../../../src/core/task.ts";
import { makeNamedFolder } from "../../../src/loop/folder/make-folder.ts";
import { openModels } from "../../../src/loop/research/proposer-tools.ts";
import { writeWhole } from "../../../src/loop/folder/write-whole.ts";
import { freshFolder } from "../../fresh-folder.ts";

let folder: string;
beforeEach(() => void (folder = freshFolder()));

describe("a file that is written whole", () => {
  test("replaces the old one, in a folder that it makes", async () => {
    const file = join(folder, "a", "b");
    await writeWhole(file, "old");
    await writeWhole(file, "new");
    expect(readFileSync(file, "utf8")).toBe("new");
    expect(existsSync(`${file}.partial`)).toBe(false);
  });

  test("does not follow a link that lies in the way", async () => {
    const [file, victim] = [join(folder, "file"), join(folder, "victim")];
    writeFileSync(victim, "mine");
    symlinkSync(victim, `${file}.partial`);
    await writeWhole(file, "new");
    expect(readFileSync(victim, "utf8")).toBe("mine");
    expect(lstatSync(file).isSymbolicLink()).toBe(false);
    expect(readFileSync(file, "utf8")).toBe("new");
  });

  test("that cannot be written is told of, and leaves nothing beside it", async () => {
    const file = join(folder, "taken");
    mkdirSync(join(file, "full"), { recursive: true });
    await expect(writeWhole(file, "new")).rejects.toMatchObject({ code: "cli.not-writable" });
    await expect(writeWhole(join(folder, "x", "y"), "new")).resolves.toBeUndefined();
    await expect(writeWhole(join(folder, "x", "y", "z"), "new")).rejects.toMatchObject({ code: "cli.not-writable" });
    expect(existsSync(`${file}.partial`)).toBe(false);
  });
});

test.runIf(existsSync("/proc/self"))("a place where nothing can be made is told, and not tried for ever", async () => {
  await expect(writeWhole("/proc/nowhere/deep/file", "text")).rejects.toMatchObject({ code: "cli.not-writable" });
  expect(() => makeNamedFolder("/proc/nowhere/deep")).toThrow(
    "expected to be able to make the folder /proc/nowhere/deep",
  );
  const task = { models: [] } as unknown as Task;
  expect(() => openModels(task, freshFolder(), { env: {}, record: "/proc/nowhere/deep/r.jsonl" })).toThrow(
    "expected a file that can be written",
  );
});
