import { chmodSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

test("a folder that is not there is fine", async () => {
  await expect(removeHostileFolder(join(tmpdir(), "strop-no-such-folder"))).resolves.toBeUndefined();
});
