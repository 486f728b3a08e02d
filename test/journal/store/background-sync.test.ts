import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it, vi } from "vitest";

import { backgroundSync } from "../../../src/journal/store/background-sync.ts";
import { freshFolder } from "../../fresh-folder.ts";

function fileIn(make: (file: string) => void): string {
  const folder = freshFolder();
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
