import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

import { removeHostileFolder } from "../../src/workspace/remove-folder.ts";

test("a folder goes although its program locked it up", async () => {
  const folder = mkdtempSync(join(tmpdir(), "strop-locked-"));
  mkdirSync(join(folder, "a/b"), { recursive: true });
  writeFileSync(join(folder, "a/b/file"), "kept from you");
  chmodSync(join(folder, "a/b"), 0);
  chmodSync(join(folder, "a"), 0);
  await removeHostileFolder(folder);
  expect(existsSync(folder)).toBe(false);
});

test("a folder goes although its program nested folders deeper than a path can be long, and locked the last", async () => {
  const folder = mkdtempSync(join(tmpdir(), "strop-deep-"));
  const outside = join(mkdtempSync(join(tmpdir(), "strop-outside-")), "kept");
  writeFileSync(outside, "mine");
  const [inner, around] = [join(folder, "inner"), join(folder, "around")];
  mkdirSync(join(inner, "last/inside"), { recursive: true });
  chmodSync(join(inner, "last"), 0);
  // From the inside out, as no path to the last one would be short enough.
  for (let i = 0; i < 60; i++) {
    mkdirSync(around);
    writeFileSync(Buffer.concat([Buffer.from(`${around}/`), Buffer.from([0xff, 0xfe])]), "no text");
    symlinkSync(outside, join(around, "link"));
    renameSync(inner, join(around, "d".repeat(100)));
    renameSync(around, inner);
  }
  await removeHostileFolder(folder);
  expect(existsSync(folder)).toBe(false);
  expect(readFileSync(outside, "utf8")).toBe("mine");
  rmSync(dirname(outside), { recursive: true });
});

test("a folder that is not there is fine", async () => {
  await expect(removeHostileFolder(join(tmpdir(), "strop-no-such-folder"))).resolves.toBeUndefined();
});
