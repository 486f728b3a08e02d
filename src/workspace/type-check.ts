/**
 * The type checker for a TypeScript task that has a tsconfig.json and TypeScript installed: an edit that does not type
 * is refused before a trial is paid for. Candidate text is only read by the checker, never executed. Messages quote types, and with them
 * what an import points at: those about other files are dropped, and all of them where the program imports what it may not see.
 */
import { spawn } from "node:child_process";
import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, relative } from "node:path";

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

interface Checked {
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of every file that took part. */
  readonly read: readonly string[];
}

export interface TypeCheckOptions {
  /** Which files of the task's folder a program may not see; default none. */
  readonly isHidden?: (path: string) => boolean;
}

const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_CHARACTERS = 4_000_000;
const KEPT_PARENTS = 64;

/** Null when the folder has no tsconfig.json, no TypeScript, or a program without TypeScript files. */
export async function createTypeChecker(
  folder: string,
  tempFolder: string,
  program: ProgramFiles,
  { isHidden = () => false }: TypeCheckOptions = {},
): Promise<TypeChecker | null> {
  const tsc = findCompiler(folder);
  const hasConfig = await access(join(folder, "tsconfig.json")).then(
    () => true,
    () => false,
  );
  if (tsc === undefined || !hasConfig || !Object.keys(program).some(isTypeScript)) return null;
  const known = new Map<CandidateId, Promise<Checked | undefined>>();
  const diagnose = (files: ProgramFiles, signal: AbortSignal): Promise<Checked | undefined> => {
    const id = candidateId(files);
    const staged = join(tempFolder, `types-${id}`);
    const found = known.get(id) ?? runCompiler({ tsc, folder, staged, files, signal });
    known.set(id, found);
    if (known.size > KEPT_PARENTS) known.delete(known.keys().next().value ?? "");
    return found;
  };
  return {
    newProblems: async (files, parent, signal) => {
      const [before, after] = [await diagnose(parent, signal), await diagnose(files, signal)];
      // A compiler that was cut off has found nothing: what its parent already had would be taken for new.
      if (before === undefined || after === undefined) return [];
      const secret = after.read.find((path) => !before.read.includes(path) && isOutOfBounds(path, folder, isHidden));
      if (secret !== undefined) return [`imports ${relative(folder, secret)}, which a program may not see`];
      const old = new Set(before.diagnostics.map((problem) => problem.message));
      const fresh = after.diagnostics.filter((problem) => !old.has(problem.message));
      return fresh.map(({ place, message }) => `${place} ${message}`);
    },
  };
}

/** Hidden, or neither of the task nor of an installed package. */
function isOutOfBounds(path: string, folder: string, isHidden: (path: string) => boolean): boolean {
  const inside = relative(folder, path);
  if (isHidden(inside)) return true;
  return (inside.startsWith("..") || isAbsolute(inside)) && !path.includes("/node_modules/");
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

/** Undefined where the compiler was cut off. */
async function runCompiler({ tsc, folder, staged, files, signal }: Compilation): Promise<Checked | undefined> {
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
    const printed = await compile(tsc, staged, signal);
    if (printed === undefined) return undefined;
    return {
      diagnostics: parseDiagnostics(printed, paths),
      read: printed.split("\n").filter((line) => isAbsolute(line)),
    };
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

/** Runs a command, and ends it when strop does: types can be written at which a compiler works for ever. */
const WITH_STROP = 'exec 3<&0; (read -r _ <&3; kill -s KILL 0) >/dev/null & exec "$@" </dev/null 3<&-';

/**
 * The compiler's output; undefined for one that took too long, printed too much or was not waited for. One that cannot run at all
 * prints no diagnostics, and syntax is checked elsewhere. It may be a script that starts another program, so its whole group ends with it.
 */
const compile = (tsc: string, cwd: string, signal: AbortSignal): Promise<string | undefined> =>
  new Promise((resolve) => {
    const args = [tsc, "-p", "tsconfig.json", "--pretty", "false", "--listFiles"];
    const env = { PATH: process.env["PATH"] ?? "" };
    const argv = ["-c", WITH_STROP, "sh", process.execPath, ...args];
    const child = spawn("/bin/sh", argv, { cwd, env, stdio: ["pipe", "pipe", "ignore"], detached: true });
    let isCutOff = false;
    const end = () => {
      isCutOff = true;
      killGroup(child.pid);
    };
    const timer = setTimeout(end, TIMEOUT_MS);
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      if (printed.length > MAX_OUTPUT_CHARACTERS) end();
    });
    const conclude = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      // The one that waits for strop's end is left.
      killGroup(child.pid);
      resolve(isCutOff ? undefined : printed);
    };
    child.once("error", conclude).once("close", conclude);
  });

function killGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function parseDiagnostics(output: string, paths: readonly string[]): Diagnostic[] {
  const own = new Set(paths);
  return output.split("\n").flatMap((line) => {
    const match = /^(.+?)\((\d+),(\d+)\): error (TS\d+: .*)$/.exec(line.trimEnd());
    if (match === null || !own.has(match[1]?.replaceAll("\\", "/") ?? "")) return [];
    return [{ place: `${match[1]}:${match[2]}:${match[3]}`, message: match[4] ?? "" }];
  });
}
