import { spawnSync } from "node:child_process";
import { expect } from "vitest";

import type { Rule } from "../../../../../src/propose/rules/rule.ts";
import { applied } from "../applied.ts";

/** What a program of Python prints; its last line of complaint where it fails. */
export function printed(program: string): string {
  const { stdout, stderr, status } = spawnSync("python3", ["-c", program], { encoding: "utf8" });
  return status === 0 ? stdout : (stderr.trim().split("\n").at(-1) ?? "");
}

const hasPython = spawnSync("python3", ["--version"]).status === 0;

/** A rule's one rewrite of a program; it prints what the program prints, where there is a Python. */
export async function rewritten(rule: Rule, program: string): Promise<string> {
  const made = [...(await applied(rule, "a.py", program)).values()];
  expect(made).toHaveLength(1);
  const [after = ""] = made;
  if (hasPython) expect(printed(after)).toBe(printed(program));
  return after;
}
