import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";

import type { Rule } from "../../../../../src/propose/rules/rule.ts";
import { applied } from "../applied.ts";

const GO = "go";
const hasGo = spawnSync(GO, ["version"]).status === 0;

/** What a program of Go prints, or how it fails. */
function printed(program: string): string {
  const folder = mkdtempSync(join(tmpdir(), "strop-go-"));
  try {
    writeFileSync(join(folder, "main.go"), program);
    const { stdout, stderr, status } = spawnSync(GO, ["run", "main.go"], { cwd: folder, encoding: "utf8" });
    return `${status} ${stdout} ${status === 0 ? "" : stderr}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A rule's one rewrite of a program; it prints what the program prints, where there is a Go. */
export async function rewritten(rule: Rule, program: string): Promise<string> {
  const made = [...(await applied(rule, "main.go", program)).values()];
  expect(made).toHaveLength(1);
  const [after = ""] = made;
  if (hasGo) {
    const before = printed(program);
    expect(before).toMatch(/^0 /);
    expect(printed(after)).toBe(before);
  }
  return after;
}

/** A program of some functions and a main. */
export const go = (main: string, { imports = ["fmt"], more = "" } = {}): string =>
  `package main\n\nimport (\n${imports.map((one) => `\t"${one}"\n`).join("")})\n\n${more}\nfunc main() {\n${main}\n}\n`;
