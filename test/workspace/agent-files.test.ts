import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { VERSION } from "../../src/core/version.ts";
import { writeAgentFiles } from "../../src/workspace/agent-files.ts";
import { scanEnvironment } from "../../src/workspace/environment.ts";
import { strop } from "../cli/strop.ts";
import { rejection, scratch, taskIn, textOf } from "./scratch.ts";

const PATHS = [".claude/skills/strop/SKILL.md", ".agents/skills/strop/SKILL.md", ".mcp.json"];

describe("what an agent needs to work with strop", () => {
  test("is a skill where agents look for skills, and the server's entry", async () => {
    const folder = scratch();
    const { written, kept } = await writeAgentFiles(folder, ["npx", "strop"]);
    expect({ written: written.map(({ path }) => path), kept }).toEqual({ written: PATHS, kept: [] });
    const skill = textOf(folder, PATHS[0] as string);
    // The standard: name as the folder's, at most 1,024 characters of description.
    const [, name, description] = /^---\nname: (.+)\ndescription: (.+)\n---\n/.exec(skill) ?? [];
    expect(name).toBe("strop");
    expect(description?.length).toBeLessThanOrEqual(1024);
    expect(skill).toContain("npx strop apply");
    expect(textOf(folder, PATHS[1] as string)).toBe(skill);
    expect(JSON.parse(textOf(folder, ".mcp.json"))).toEqual({
      mcpServers: { strop: { command: "npx", args: ["strop", "mcp"] } },
    });
  });

  test("never takes the place of what is there", async () => {
    const folder = scratch({ ".mcp.json": "{}", ".claude/skills/strop/SKILL.md": "mine" });
    const { kept } = await writeAgentFiles(folder, ["strop"]);
    expect(kept).toEqual([PATHS[0], PATHS[2]]);
    expect(textOf(folder, ".mcp.json")).toBe("{}");
    const blocked = scratch({ ".claude": "a file" });
    expect(await rejection(writeAgentFiles(blocked, ["strop"]))).toMatchObject({ code: "config.not-writable" });
  });

  test("is no part of the environment, so a run goes on", async () => {
    const { folder, task } = await taskIn({});
    const before = await scanEnvironment(folder, task);
    await writeAgentFiles(folder, ["strop"]);
    writeFileSync(join(folder, ".claude", "settings.local.json"), "{}");
    expect((await scanEnvironment(folder, task)).hash).toBe(before.hash);
  });
});

describe("strop init --agent", () => {
  test("writes it beside a new config, and alone where there is one", async () => {
    const folder = scratch({ "train.py": "print('score: 1')\n" });
    const first = await strop(["init", "--agent", "--yes", "--json"], folder);
    expect(JSON.parse(first.stdout)).toMatchObject({ written: ["strop.config.ts", ".gitignore", ...PATHS], kept: [] });
    const second = await strop(["init", "--agent", "--json"], folder);
    expect(JSON.parse(second.stdout)).toEqual({ written: [], kept: PATHS });
    const said = (await strop(["init", "--agent"], folder)).stdout;
    expect(said).toContain("left as they are");
    expect(said).toContain('"mcpServers"');
  });

  test("from a clone names the clone, where npx would look for a package", async () => {
    const folder = scratch({ "train.py": "print('score: 1')\n" });
    await strop(["init", "--agent", "--yes"], folder, { npm_lifecycle_event: "strop" });
    const { mcpServers } = JSON.parse(textOf(folder, ".mcp.json")) as {
      mcpServers: { strop: { command: string; args: string[] } };
    };
    const { command, args } = mcpServers.strop;
    expect(args.at(-1)).toBe("mcp");
    const { stdout } = spawnSync(command, [...args.slice(0, -1), "--version"], { cwd: folder, encoding: "utf8" });
    expect(stdout.trim()).toBe(VERSION);
  });
});
