import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { scanEnvironment } from "../../src/workspace/environment.ts";
import { pinChanges, pinsOf, startListing } from "../../src/workspace/pins.ts";
import { taskTowards } from "../journal/arbitrary-run.ts";
import { scratch } from "./scratch.ts";

it("a session can name what came, went and changed since the run started", async () => {
  const folder = scratch({ a: "program", "data/x": "1", "data/ü 2": "2", same: "3" });
  const task = { ...taskTowards("minimize"), environment: ["**"] };
  const pins = pinsOf(await scanEnvironment(folder, task));
  expect(pinChanges(pins, await scanEnvironment(folder, task))).toEqual([]);
  writeFileSync(join(folder, "data/x"), "2");
  writeFileSync(join(folder, "data/more.md"), "");
  rmSync(join(folder, "data/ü 2"));
  expect(pinChanges(pins, await scanEnvironment(folder, task))).toEqual([
    "data/more.md (new)",
    "data/x (changed)",
    "data/ü 2 (gone)",
  ]);
});

it("of very many files none is kept, and what is new is known still", async () => {
  const environment = await scanEnvironment(scratch({ a: "" }), taskTowards("minimize"));
  const file = { path: "x", bytes: 0, sha256: "0" };
  const many = { ...environment, files: Array.from({ length: 10_001 }, () => file) };
  expect(pinChanges(pinsOf(many), environment)).toEqual([]);
  expect(startListing(pinsOf(many)).get("")).toEqual(new Set(["a"]));
});
