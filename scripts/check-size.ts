/**
 * Small things stay small (house style): no file over 400 lines, no function over 70, no more than 25 runtime names in
 * the public API. The linter measures functions; prints one line per violation and the distribution of file sizes.
 * Usage: node scripts/check-size.ts [folder that holds src/]
 */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const FILE_LINES = 400;
const FUNCTION_LINES = 70;
const ROOT_EXPORTS = 25;

/** Every violation below `root`/src, as one sentence each. */
export async function sizeProblems(root: string): Promise<string[]> {
  return [...longFiles(root), ...longFunctions(root), ...(await crowdedIndex(root))];
}

/** Lines per file of src/, ascending. */
export const fileSizes = (root: string): number[] =>
  sourceFiles(root)
    .map(({ lines }) => lines)
    .sort((a, b) => a - b);

function sourceFiles(root: string): { path: string; lines: number }[] {
  return globSync("src/**/*.{ts,tsx}", { cwd: root })
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, path), "utf8");
      return { path, lines: text.split("\n").length - (text.endsWith("\n") ? 1 : 0) };
    });
}

const longFiles = (root: string): string[] =>
  sourceFiles(root)
    .filter(({ lines }) => lines > FILE_LINES)
    .map(
      ({ path, lines }) =>
        `${path} has ${lines} lines; at most ${FILE_LINES} are allowed, so give a part of it its own file`,
    );

interface Finding {
  readonly message: string;
  readonly filename: string;
  readonly labels: readonly { readonly span: { readonly line: number } }[];
}

function longFunctions(root: string): string[] {
  const linter = join(dirname(createRequire(import.meta.url).resolve("oxlint/package.json")), "bin", "oxlint");
  const config = join(import.meta.dirname, "size.oxlintrc.json");
  const result = spawnSync(process.execPath, [linter, "-c", config, "-f", "json", "src"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (!result.stdout.startsWith("{")) throw new Error(`oxlint did not report: ${result.stdout}${result.stderr}`);
  const { diagnostics } = JSON.parse(result.stdout) as { diagnostics: readonly Finding[] };
  return diagnostics.map(
    ({ filename, labels, message }) =>
      `${filename}:${labels[0]?.span.line ?? 1}: ${message} At most ${FUNCTION_LINES} are allowed.`,
  );
}

async function crowdedIndex(root: string): Promise<string[]> {
  const index = resolve(root, "src/index.ts");
  if (!existsSync(index)) return [];
  const names = Object.keys((await import(pathToFileURL(index).href)) as object);
  return names.length <= ROOT_EXPORTS
    ? []
    : [`src/index.ts exports ${names.length} runtime names; at most ${ROOT_EXPORTS} are allowed`];
}

if (import.meta.main) {
  const root = process.argv[2] ?? ".";
  const problems = await sizeProblems(root);
  for (const problem of problems) console.error(problem);
  const sizes = fileSizes(root);
  const at = (share: number): number => sizes[Math.min(sizes.length - 1, Math.floor(share * sizes.length))] ?? 0;
  console.log(`${sizes.length} files: median ${at(0.5)} lines, 9 in 10 under ${at(0.9)}, longest ${at(1)}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
