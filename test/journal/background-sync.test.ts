import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, expect, it, vi } from "vitest";

import { backgroundSync } from "../../src/journal/background-sync.ts";

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function fileIn(make: (file: string) => void): string {
  const folder = mkdtempSync(join(tmpdir(), "strop-sync-"));
  folders.push(folder);
  make(join(folder, "log"));
  return join(folder, "log");
}

it("takes requests while one is under way, and closes after them", async () => {
  const sync = backgroundSync(fileIn((file) => writeFileSync(file, "x")));
  for (let i = 0; i < 20; i++) sync.request();
  sync.close();
  sync.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(() => sync.requireWorking()).not.toThrow();
});

it("says at the next write that the disk refused", async () => {
  // The kernel has nothing to write back to there.
  const sync = backgroundSync(fileIn((file) => symlinkSync("/proc/self/status", file)));
  sync.request();
  expect(() => sync.requireWorking()).not.toThrow();
  await vi.waitFor(() => expect(() => sync.requireWorking()).toThrow(/EINVAL/));
  expect(() => sync.close()).toThrow(/EINVAL/);
});
