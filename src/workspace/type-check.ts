/**
 * The type checker for a TypeScript task that has a tsconfig.json and TypeScript installed: an edit that does not type
 * is refused before a trial is paid for. Candidate text is only read by the checker, never executed; messages about
 * files outside the program are dropped, because they could quote what a hostile import points at.
 */
import { execFile } from "node:child_process";
import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { candidateId } from "../core/candidate.ts";
import type { ProgramFiles } from "../core/edit.ts";
import type { CandidateId } from "../core/trial.ts";

export interface TypeChecker {
  /** Errors that `files` has and `parent` has not, as `train.ts:3:7 message`; empty when it types. */
  newProblems(files: ProgramFiles, parent: ProgramFiles, signal: AbortSignal): Promise<readonly string[]>;
}

interface Diagnostic {
  readonly place: string;
  readonly message: string;
}

const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 4_000_000;
const KEPT_PARENTS = 64;

/** Null when the folder has no tsconfig.json, no TypeScript, or a program without TypeScript files. */
export async function createTypeChecker(
  folder: string,
  tempFolder: string,
  program: ProgramFiles,
): Promise<TypeChecker | null> {
  const tsc = findCompiler(folder);
  const hasConfig = await access(join(folder, "tsconfig.json")).then(
    () => true,
    () => false,
  );
  if (tsc === undefined || !hasConfig || !Object.keys(program).some(isTypeScript)) return null;
  const known = new Map<CandidateId, Promise<readonly Diagnostic[]>>();
  const diagnose = (files: ProgramFiles, signal: AbortSignal): Promise<readonly Diagnostic[]> => {
    const id = candidateId(files);
    const staged = join(tempFolder, `types-${id}`);
    const found = known.get(id) ?? runCompiler({ tsc, folder, staged, files, signal });
    known.set(id, found);
    if (known.size > KEPT_PARENTS) known.delete(known.keys().next().value ?? "");
    return found;
  };
  return {
    newProblems: async (files, parent, signal) => {
      const before = new Set((await diagnose(parent, signal)).map((problem) => problem.message));
      const after = await diagnose(files, signal);
      return after.filter((problem) => !before.has(problem.message)).map(({ place, message }) => `${place} ${message}`);
    },
  };
}

const isTypeScript = (path: string): boolean => /\.[mc]?tsx?$/.test(path) && !path.endsWith(".d.ts");

function findCompiler(folder: string): string | undefined {
  try {
    const manifest = createRequire(join(folder, "strop.js")).resolve("typescript/package.json");
    return join(dirname(manifest), "bin", "tsc");
  } catch {
    // Not installed: syntax alone is checked.
    return undefined;
  }
}

interface Compilation {
  readonly tsc: string;
  readonly folder: string;
  /** A new folder for the candidate's files, inside the task's folder so that its packages are found. */
  readonly staged: string;
  readonly files: ProgramFiles;
  readonly signal: AbortSignal;
}

async function runCompiler({ tsc, folder, staged, files, signal }: Compilation): Promise<readonly Diagnostic[]> {
  const paths = Object.keys(files).filter(isTypeScript);
  try {
    for (const path of paths) {
      await mkdir(dirname(join(staged, path)), { recursive: true });
      await writeFile(join(staged, path), files[path] ?? "");
    }
    // rootDirs lets the staged files import their unedited neighbours by relative path.
    const config = {
      extends: join(folder, "tsconfig.json"),
      files: paths.map((path) => `./${path}`),
      include: [],
      compilerOptions: {
        noEmit: true,
        composite: false,
        incremental: false,
        skipLibCheck: true,
        rootDirs: [".", folder],
      },
    };
    await writeFile(join(staged, "tsconfig.json"), JSON.stringify(config));
    return parseDiagnostics(await compile(tsc, staged, signal), paths);
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

/** The compiler's output. A compiler that cannot run at all prints no diagnostics, and syntax is checked elsewhere. */
const compile = (tsc: string, cwd: string, signal: AbortSignal): Promise<string> =>
  new Promise((resolve) => {
    const args = [tsc, "-p", "tsconfig.json", "--pretty", "false"];
    const options = {
      cwd,
      signal,
      timeout: TIMEOUT_MS,
      maxBuffer: MAX_OUTPUT_BYTES,
      env: { PATH: process.env["PATH"] ?? "" },
    };
    execFile(process.execPath, args, options, (_error, stdout) => resolve(stdout));
  });

function parseDiagnostics(output: string, paths: readonly string[]): Diagnostic[] {
  const own = new Set(paths);
  return output.split("\n").flatMap((line) => {
    const match = /^(.+?)\((\d+),(\d+)\): error (TS\d+: .*)$/.exec(line.trimEnd());
    if (match === null || !own.has(match[1]?.replaceAll("\\", "/") ?? "")) return [];
    return [{ place: `${match[1]}:${match[2]}:${match[3]}`, message: match[4] ?? "" }];
  });
}
