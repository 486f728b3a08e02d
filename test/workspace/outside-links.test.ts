import { once } from "node:events";
import { symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, it } from "vitest";

import { outsideLinkNotes } from "../../src/workspace/outside-links.ts";
import { freshFolder } from "../fresh-folder.ts";
import { put, scratch, taskIn } from "./scratch.ts";

it("a link out of the task's folder is named, one inside it or to nowhere is not", async () => {
  const home = scratch({ "keys/id": "" });
  const { folder, task } = await taskIn({}, { "data/a": "", "node_modules/p/i.js": "" });
  symlinkSync(join(home, "keys"), join(folder, "data", "pictures"));
  symlinkSync(home, join(folder, "node_modules", "home"));
  symlinkSync("a", join(folder, "data", "b"));
  symlinkSync("/no/such/place", join(folder, "nowhere"));
  expect(await outsideLinkNotes(folder, task)).toEqual([
    `data/pictures is a link to ${join(home, "keys")}: every program of this run can read what is there`,
  ]);
});

it("a link in place of a folder of packages is named, and so is what listens where it leads", async () => {
  const runtime = freshFolder();
  const server = createServer().listen(join(runtime, "bus"));
  await once(server, "listening");
  const { folder, task } = await taskIn({});
  symlinkSync(runtime, join(folder, "venv"));
  const notes = await outsideLinkNotes(folder, task);
  server.close();
  expect(notes).toEqual([expect.stringMatching(/^venv is a link to .* read .* and speak with the services/)]);
});

it("nothing is said of a task whose program sees only what it names", async () => {
  const { folder, task } = await taskIn({ program: "train.ts", run: { module: "train.ts" } }, { "train.ts": "" });
  put(folder, { "data/a": "" });
  symlinkSync(scratch(), join(folder, "data", "link"));
  expect(await outsideLinkNotes(folder, task)).toEqual([]);
});
