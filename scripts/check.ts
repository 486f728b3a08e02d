/**
 * `npm run check`: everything about the code that can be told without running it. All steps run even if one fails;
 * the summary at the end says which. `npm run check -- lint types` runs some of them.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { VERSION } from "../src/core/version.ts";

const root = dirname(import.meta.dirname);

interface Step {
  readonly name: string;
  /** What to do when it fails. */
  readonly advice: string;
  /** Whether all is well; prints what is not. */
  readonly run: () => boolean;
}

const node =
  (...args: string[]) =>
  (): boolean =>
    spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status === 0;

const STEPS: readonly Step[] = [
  { name: "format", advice: "npm run format", run: node("node_modules/oxfmt/bin/oxfmt", "--check") },
  {
    name: "lint",
    advice: "see .oxlintrc.json for the rules",
    run: node("node_modules/oxlint/bin/oxlint", "--deny-warnings"),
  },
  { name: "types", advice: "fix the types", run: node("node_modules/typescript/bin/tsc", "-p", "tsconfig.json") },
  { name: "layers", advice: "see docs/architecture.md for the floors", run: node("scripts/check-layers.ts") },
  { name: "size", advice: "give a part its own file or function", run: node("scripts/check-size.ts") },
  {
    name: "dead code",
    advice: "delete it, or list an entry point in knip.json",
    run: node("node_modules/knip/bin/knip.js"),
  },
  { name: "schema", advice: "npm run schema", run: node("scripts/write-schema.ts", "--check") },
  { name: "version", advice: "set both to the same version", run: versionsAgree },
  { name: "build", advice: "see scripts/build.ts", run: node("scripts/build.ts") },
  {
    name: "package",
    advice: "see publint.dev/rules",
    run: node("node_modules/publint/src/cli.js", "--strict", "--pack", "false"),
  },
];

function versionsAgree(): boolean {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  if (version === VERSION) return true;
  console.error(`package.json says ${version}, src/core/version.ts says ${VERSION}`);
  return false;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`no step named ${unknown.join(", ")}; there are ${STEPS.map((step) => step.name).join(", ")}`);
  process.exit(2);
}

const results = STEPS.filter((step) => wanted.length === 0 || wanted.includes(step.name)).map((step) => {
  const start = performance.now();
  console.log(`── ${step.name}`);
  return { step, ok: step.run(), seconds: (performance.now() - start) / 1000 };
});

console.log("");
for (const { step, ok, seconds } of results) {
  console.log(
    `${ok ? "✓" : "✗"} ${step.name.padEnd(10)} ${seconds.toFixed(1).padStart(5)} s${ok ? "" : `   → ${step.advice}`}`,
  );
}
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
