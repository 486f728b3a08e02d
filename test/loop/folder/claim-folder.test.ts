/** A `.strop` folder that came with a hostile task must not lead what strop writes and deletes to files of the user's. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, expect, test } from "vitest";

import { acquireLock } from "../../../src/journal/store/lock.ts";
import { claimFolder } from "../../../src/loop/folder/claim-folder.ts";
import { freshFolder } from "../../fresh-folder.ts";

let [task, home] = ["", ""];
beforeEach(() => {
  [task, home] = [freshFolder(), freshFolder()];
  mkdirSync(join(home, "tmp"));
  writeFileSync(join(home, "tmp", "mine"), "mine");
  writeFileSync(join(home, "file"), "mine");
});

const untouched = (): void => {
  expect(readdirSync(home).sort()).toEqual(["file", "tmp"]);
  for (const file of ["file", "tmp/mine"]) expect(readFileSync(join(home, file), "utf8")).toBe("mine");
};

test("a plain folder is claimed, emptied of what a killed strop left, and released", async () => {
  for (const file of [".strop/tmp/left", ".strop/runs/run-001/journal.db", ".strop/runs/run-001/champion/a.ts"]) {
    mkdirSync(dirname(join(task, file)), { recursive: true });
    writeFileSync(join(task, file), "");
  }
  symlinkSync(home, join(task, ".strop/tmp/link"));
  // A recursion that was killed, or is at work.
  mkdirSync(join(task, ".strop/recurse/.strop/tmp"), { recursive: true });
  symlinkSync(home, join(task, ".strop/recurse/.strop/tmp/link"));
  const claimed = await claimFolder(task);
  expect(readdirSync(claimed.tempFolder)).toEqual([]);
  await claimed.release();
  expect(existsSync(join(task, ".strop/runs/run-001/journal.db"))).toBe(true);
  untouched();
});

test.each([
  [".strop", "."],
  [".strop/lock.json", "file"],
  [".strop/lock.db", "file"],
  [".strop/processes.json", "file"],
  [".strop/processes.json.new", "file"],
  [".strop/agents.json.new", "file"],
  [".strop/runs", "."],
  [".strop/runs/run-001", "."],
  [".strop/runs/run-001/report.html", "file"],
  [".strop/runs/run-001/champion/deep/train.ts", "file"],
  [".strop/recurse/.strop/link", "file"],
])("%s as a link is refused, and nothing behind it is touched", async (link, target) => {
  mkdirSync(dirname(join(task, link)), { recursive: true });
  symlinkSync(join(home, target), join(task, link));
  await expect(claimFolder(task)).rejects.toMatchObject({ code: "workspace.link" });
  untouched();
  rmSync(join(task, link));
  await (await claimFolder(task)).release();
});

test("a folder whose temporary files cannot be deleted is free all the same for the next strop", async () => {
  const claimed = await claimFolder(task);
  renameSync(join(task, ".strop"), join(task, "moved"));
  writeFileSync(join(task, ".strop"), "");
  await expect(claimed.release()).rejects.toThrow("ENOTDIR");
  acquireLock(join(task, "moved")).release();
});
