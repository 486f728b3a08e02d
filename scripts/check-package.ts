/**
 * Installs the packed tarball into an empty project with the oldest Node that strop supports, as a user would, and runs
 * the command there: the version, the doctor, and two trials of a tiny program; then the sources of this folder with the
 * same Node. Needs a network for the dependencies.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { VERSION } from "../src/core/version.ts";

const root = dirname(import.meta.dirname);
const folder = mkdtempSync(join(tmpdir(), "strop-package-"));

const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { engines: { node: string } };
/** The project's own, which `npx` puts before all others. */
const OLDEST_NODE = engines.node.replace(">=", "");

const CONFIG = {
  program: ["program.mjs"],
  run: { module: "program.mjs" },
  metric: { name: "loss", direction: "minimize", deterministic: true },
  budget: { trainSeconds: 5 },
  stop: { trials: 2 },
};
const PROGRAM = `const rate = 0.5;
export default () => ({ loss: (rate - 0.1) ** 2 });
`;
/** What a user's own code may import. */
const IMPORTS = `import * as strop from "strop"; import * as nn from "strop/nn";
if (Object.keys(strop).length === 0 || Object.keys(nn).length === 0) throw new Error("nothing is exported");
`;

function run(cwd: string, command: string, ...args: string[]): string {
  console.log(`$ ${command} ${args.join(" ")}`);
  const result = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 600_000,
    shell: process.platform === "win32",
  });
  process.stdout.write(result.stdout ?? "");
  if (result.status !== 0)
    throw new Error(
      `${command} ${args.join(" ")} ended with ${result.status ?? result.signal ?? result.error?.message}`,
    );
  return result.stdout;
}

try {
  run(root, "npm", "pack", "--pack-destination", folder, "--loglevel=error");
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack left no tarball");
  const project = join(folder, "a project");
  mkdirSync(join(project, "task"), { recursive: true });
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "a-project", private: true, type: "module" }));
  run(
    project,
    "npm",
    "install",
    join(folder, tarball),
    `node@${OLDEST_NODE}`,
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    "--engine-strict=false",
  );
  const printed = run(project, "npx", "--no-install", "strop", "--version").trim();
  if (!printed.includes(VERSION)) throw new Error(`expected version ${VERSION}, found ${printed}`);
  const node = run(project, "npx", "--no-install", "node", "--version").trim();
  if (!node.startsWith(`v${OLDEST_NODE}.`)) throw new Error(`expected Node ${OLDEST_NODE}, found ${node}`);
  writeFileSync(join(project, "imports.mjs"), IMPORTS);
  run(project, "npx", "--no-install", "node", "imports.mjs");
  run(project, "npx", "--no-install", "strop", "doctor");
  writeFileSync(join(project, "task", "strop.config.json"), JSON.stringify(CONFIG, null, 2));
  writeFileSync(join(project, "task", "program.mjs"), PROGRAM);
  run(project, "npx", "--no-install", "strop", "run", "task");
  run(project, "npx", "--no-install", "node", join(root, "src", "cli", "main.ts"), "run", "task", "--fresh");
  console.log("the package installs and runs in an empty project");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
