/** Folders of a test's own. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll } from "vitest";

import { removeHostileFolder } from "../src/workspace/remove-folder.ts";

const made: string[] = [];

afterAll(async () => {
  // Also what a test has locked, which an ordinary user's rm does not delete.
  for (const folder of made) await removeHostileFolder(folder);
});

/** A new folder that goes away when all tests of the file are over. */
export function freshFolder(name = "strop-test-"): string {
  const folder = mkdtempSync(join(tmpdir(), name));
  made.push(folder);
  return folder;
}
