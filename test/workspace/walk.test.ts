import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { walk } from "../../src/workspace/walk.ts";
import { rejection, scratch } from "./scratch.ts";

/** Takes a folder away between its being named and its being opened. */
async function pathsOf(isLenient: boolean): Promise<string[]> {
  const folder = scratch({ a: "" });
  mkdirSync(join(folder, "gone"));
  const paths: string[] = [];
  for await (const { path } of walk(folder, { followLinks: false, isLenient, skip: () => false })) {
    paths.push(path);
    if (path === "gone") rmdirSync(join(folder, "gone"));
  }
  return paths.sort();
}

it("a folder that cannot be read ends a walk, and a lenient one goes on without it", async () => {
  expect(await rejection(pathsOf(false))).toMatchObject({ code: "workspace.unreadable" });
  expect(await pathsOf(true)).toEqual(["a", "gone"]);
});
