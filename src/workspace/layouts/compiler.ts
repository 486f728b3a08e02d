/** The compiler that an evaluator calls for a program of another language than its own. */
import { homedir } from "node:os";

import { homeFolder } from "../../core/home-folder.ts";
import type { Toolchain } from "../detect/host.ts";
import { findOnPath, toolchainOf } from "../detect/toolchain.ts";

const COMPILERS: Readonly<Record<string, string>> = {
  ".go": "go",
  ".java": "java",
  ".js": "node",
  ".mjs": "node",
  ".rs": "cargo",
  ".ts": "node",
};

/** What a sandbox has to be given of it: nothing where it has it already, or none is known or found. */
export function compilerOf(folder: string, program: string): Toolchain & { readonly notes: readonly string[] } {
  const name = COMPILERS[/\.\w+$/.exec(program)?.[0] ?? ""];
  const host = { find: findOnPath, home: homeFolder(homedir), folder, variables: process.env };
  const found = name === undefined ? undefined : toolchainOf(name, host);
  if (found === undefined) return { env: {}, mounts: [], notes: [] };
  const read = found.mounts.length === 0 ? "" : `, and read ${found.mounts.join(" and ")}`;
  return { ...found, notes: [`the evaluator may call ${name}${read}`] };
}
