import { symlinkSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { scanEnvironment, sinceStart, verifyEnvironment } from "../../src/workspace/environment.ts";
import { listEntries } from "../../src/workspace/listing.ts";
import { pinsOf, startListing } from "../../src/workspace/pins.ts";
import { stageProgram } from "../../src/workspace/stage.ts";
import { put, scratch, taskIn } from "./scratch.ts";

const FILES = { "src/model.py": "m", "src/lib/util.py": "u", "data/a.bin": "a", "README.md": "r" };
const CONFIG = { program: ["train.py", "src/model.py"] };

async function pinned(config: object = {}, prepare: (folder: string) => void = () => undefined) {
  const { folder, task } = await taskIn({ ...CONFIG, ...config }, FILES);
  prepare(folder);
  const environment = await scanEnvironment(folder, task);
  const shown = async (showHidden = false) => {
    const files = { "train.py": "", "src/model.py": "" };
    const { listing } = environment;
    const { readOnly } = await stageProgram(scratch(), { folder, task, files, listing, showHidden });
    return readOnly.map(({ inside }) => inside).sort();
  };
  return { folder, task, environment, shown };
}

describe("what has come since a run started", () => {
  it("is neither shown nor a change in a folder that is shown entry by entry, and told of once", async () => {
    const { folder, environment, shown } = await pinned();
    const before = await shown();
    expect(before).toEqual(["README.md", "data", "src/lib", "strop.config.json"]);
    put(folder, { "plot.png": "", "notes/today.txt": "", "src/fixed.py": "", "figures/a/b.png": "", "todo.md": "" });
    symlinkSync(scratch({ x: "" }), join(folder, "elsewhere"));
    const told: string[] = [];
    for (let look = 0; look < 3; look++) {
      expect(await verifyEnvironment(environment, { onNew: (paths) => void told.push(...paths) })).toEqual([]);
      expect(await shown()).toEqual(before);
      expect(await shown(true)).toEqual(before);
    }
    expect(told).toEqual(["elsewhere", "figures", "plot.png", "src/fixed.py"]);
  });

  it("is a change in a folder that is shown whole", async () => {
    const { folder, environment } = await pinned();
    put(folder, { "data/new.bin": "", "src/lib/new.py": "" });
    expect(await verifyEnvironment(environment)).toEqual(["data/new.bin", "src/lib/new.py"]);
  });

  it("is shown where it is installed or compiled: nothing of that is pinned", async () => {
    const { folder, environment, shown } = await pinned();
    put(folder, { "target/release/a": "", ".venv/x": "" });
    expect(await verifyEnvironment(environment)).toEqual([]);
    expect(await shown()).toEqual(expect.arrayContaining(["target", ".venv"]));
  });

  it("is not shown either where the folder has no program in it any more", async () => {
    const { folder, task, environment } = await pinned();
    put(folder, { "src/fixed.py": "" });
    // Another session, to which the folder would be one to show whole.
    const later = { ...task, program: ["train.py"] };
    const staging = { folder, task: later, files: { "train.py": "" }, listing: environment.listing };
    const inside = (await stageProgram(scratch(), staging)).readOnly.map((mount) => mount.inside);
    expect(inside).toContain("src/lib");
    expect(inside).not.toContain("src");
    expect(inside).not.toContain("src/fixed.py");
  });

  it("is left out of the environment with which the run started, whose hash stays", async () => {
    const { folder, task, environment } = await pinned();
    const listing = startListing(pinsOf(environment));
    expect(listing).toEqual(environment.listing);
    put(folder, { "plot.png": "", "figures/a.png": "" });
    const now = await scanEnvironment(folder, task);
    expect(now.hash).not.toBe(environment.hash);
    expect(sinceStart(now, listing).hash).toBe(environment.hash);
    expect(sinceStart(now, startListing({})).hash).toBe(now.hash);
    put(folder, { "data/new.bin": "" });
    expect(sinceStart(await scanEnvironment(folder, task), listing).hash).not.toBe(environment.hash);
  });
});

describe("a folder that trials see in another way, too", () => {
  it.each<[string, (folder: string) => object, string[]]>([
    ["neither", () => ({}), ["", "src"]],
    ["a link that leads around it", (folder) => (symlinkSync(".", join(folder, "self")), {}), []],
    ["a link that leads to it", (folder) => (symlinkSync("src", join(folder, "data2")), {}), [""]],
  ])("%s: what comes there is a change, where it is seen", async (_what, prepare, expected) => {
    const { folder, environment } = await pinned({}, prepare);
    expect([...environment.listing.keys()].sort()).toEqual(expected);
    put(folder, { "plot.png": "", "src/new.py": "" });
    const changes = await verifyEnvironment(environment);
    expect(changes.some((path) => path.endsWith("plot.png"))).toBe(!expected.includes(""));
    expect(changes.some((path) => path.endsWith("new.py"))).toBe(!expected.includes("src"));
  });

  it("by `mounts`", async () => {
    const { folder, task } = await pinned();
    const listed = async (mount: string) => {
      const run = { kind: "command" as const, argv: ["x"], env: {}, mounts: [mount] };
      return [...(await listEntries(folder, { ...task, run })).keys()].sort();
    };
    expect(await listed(join(folder, "data"))).toEqual(["", "src"]);
    expect(await listed(join(folder, "src"))).toEqual([""]);
    expect(await listed(folder)).toEqual([]);
    expect(await listed("/")).toEqual([]);
  });
});
