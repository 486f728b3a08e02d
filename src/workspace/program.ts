/**
 * The program: the files of a task that may be edited. What is in it is decided by path alone, so that an edit can be
 * refused before anything is read or written; what strop and the referee need is never in it.
 */
import { lstat, readFile } from "node:fs/promises";
import { extname, join, posix } from "node:path";

import picomatch from "picomatch";

import type { ProgramFiles } from "../core/edit.ts";
import { StropError } from "../core/errors.ts";
import { foldedPath, pathProblem } from "../core/edits/program-path.ts";
import type { Task } from "../core/task.ts";
import { CONFIG_FILES } from "./config/read-config.ts";
import { isInside } from "./config/schema.ts";
import { unreadable, walk } from "./walk.ts";

/** Files larger than this are data, not program. */
export const MAX_PROGRAM_FILE_BYTES = 1_000_000;
const MAX_PROGRAM_FILES = 1_000;
const CLOSED_FOLDERS = new Set([".git", ".strop", "node_modules", "__pycache__", ".venv"]);

/** Where people keep passwords and keys beside their code: neither edited nor shown to a program unless the config names them. */
const CREDENTIALS =
  /^(\.env|\.env\.(?!example$|sample$|template$|dist$).+|\.envrc|\.netrc|\.npmrc|\.pypirc|\.git-credentials|\.aws|\.ssh|\.gnupg|\.kube|id_(rsa|ecdsa|ed25519))$/;

/** What git, editors, agents and CI run or obey as soon as it is there: an edit that is applied must not start anything. */
const SELF_STARTING =
  /^(\.git(attributes|modules)|\.github|\.gitlab-ci\.yml|\.husky|\.pre-commit-config\.yaml|\.devcontainer|\.vscode|\.idea|\.mcp\.json|\.(claude|agents|codex|cursor|gemini))$/;

/** Whether a path belongs to the program. Paths that are absolute, leave the folder or are not in normal form do not. */
export function programScope(task: Task): (path: string) => boolean {
  const matches = globMatcher(task.program);
  // On a disk that knows no case, writing Strop.config.ts would change strop.config.ts.
  const fixed = new Set([...CONFIG_FILES, ...refereeFiles(task)].map(foldedPath));
  const [isCredential, startsItself] = [credentialScope(task), unnamed(task.program, SELF_STARTING)];
  return (path) =>
    isNormal(path) &&
    !path.split("/").some((name) => CLOSED_FOLDERS.has(name)) &&
    !isCredential(path) &&
    !startsItself(path) &&
    !fixed.has(foldedPath(path)) &&
    matches(path);
}

/** Whether a path is, or lies in, what is likely to hold secrets; a name that `program` or `environment` spells out is not. */
export function credentialScope(task: Task): (path: string) => boolean {
  return unnamed([...task.program, ...task.environment], CREDENTIALS);
}

const unnamed = (globs: readonly string[], pattern: RegExp): ((path: string) => boolean) => {
  const named = new Set(globs.filter((glob) => !glob.startsWith("!")).flatMap((glob) => glob.split("/")));
  return (path) => path.split("/").some((name) => pattern.test(foldedPath(name)) && !named.has(name));
};

/** A matcher for globs of which those with a leading `!` exclude. `app/[id]/**` stands for the folder of that name, too. */
export function globMatcher(globs: readonly string[]): (path: string) => boolean {
  const matcher = (list: readonly string[]): ((path: string) => boolean) => {
    if (list.length === 0) return () => false;
    const matches = picomatch([...list], { dot: true });
    const folders = list.filter((glob) => glob.endsWith("/**")).map((glob) => glob.slice(0, -2));
    return (path) => matches(path) || folders.some((folder) => `${path}/`.startsWith(folder));
  };
  const included = matcher(globs.filter((glob) => !glob.startsWith("!")));
  const excluded = matcher(globs.filter((glob) => glob.startsWith("!")).map((glob) => glob.slice(1)));
  return (path) => included(path) && !excluded(path);
}

/** Whether `run` may not see a path; a folder's name hides all that is in it. */
export const hiddenScope = (task: Task): ((path: string) => boolean) =>
  globMatcher((task.hidden ?? []).flatMap((glob) => [glob, `${glob}/**`]));

/** Whether a path is, or lies in, a folder that every trial finds empty. */
export const scratchScope =
  ({ scratch = [] }: Task): ((path: string) => boolean) =>
  (path) =>
    scratch.some((folder) => path === folder || path.startsWith(`${folder}/`));

/** Modules and data of the evaluator and the holdout. */
export const refereeFiles = (task: Task): string[] =>
  [task.evaluate, task.holdout].flatMap((action) => (action?.kind === "module" ? [action.module, ...action.data] : []));

/** What neither a program nor the message of a compiler that reads it may show: hidden files, and the referee's modules and data. */
export function secretScope(task: Task): (path: string) => boolean {
  const [isHidden, referee] = [hiddenScope(task), new Set(refereeFiles(task))];
  return (path) => isHidden(path) || referee.has(path);
}

/** Words of the evaluator's and the holdout's command lines; those that are files are part of the referee. */
export const refereeWords = (task: Task): string[] =>
  [task.evaluate, task.holdout].flatMap((action) =>
    action?.kind === "command" ? filesNamed(action.argv.flatMap((word) => word.split(/[\s'"=;&|()<>]+/))) : [],
  );

/** With the files that `python -m NAME` may mean: Python looks for it in its folder first. */
const filesNamed = (words: readonly string[]): string[] =>
  words.flatMap((word, i) => {
    const module = word.replaceAll(".", "/");
    return words[i - 1] === "-m" ? [`${module}.py`, `${module}/__main__.py`] : [posix.normalize(word)];
  });

/**
 * Also refuses names that no file system takes, so that writing a candidate cannot fail for its names, and names that every
 * object has, such as `constructor`: whether a program holds a file is asked by its path.
 */
const isNormal = (path: string): boolean =>
  pathProblem(path) === null &&
  !(path in Object.prototype) &&
  isInside(path) &&
  !path.startsWith("!") &&
  !/\p{Cc}/u.test(path) &&
  path.split("/").every((name) => Buffer.byteLength(name) <= 200);

/**
 * The texts of all program files, CRLF and all. Throws StropError `program.missing`, `program.not-a-file`,
 * `program.too-large`, `program.not-text` or `program.too-many`.
 */
export async function readProgram(folder: string, task: Task): Promise<ProgramFiles> {
  const isWanted = programScope(task);
  for (const path of task.program.filter(isLiteral)) if (!isWanted(path)) throw frozen(path);
  const paths = await findFiles(folder, task.program, { isWanted, followLinks: false });
  if (paths.length === 0) throw missing(task.program.join(", "), "no such file");
  if (paths.length > MAX_PROGRAM_FILES) {
    throw new StropError(
      "program.too-many",
      `expected at most ${MAX_PROGRAM_FILES} program files, found ${paths.length}`,
      {
        hint: "narrow the globs of `program`",
      },
    );
  }
  const texts: Record<string, string> = {};
  for (const path of paths) texts[path] = await readText(folder, path);
  return Object.freeze(texts);
}

export interface FindOptions {
  readonly isWanted: (path: string) => boolean;
  readonly followLinks: boolean;
  readonly isLenient?: boolean;
}

/** The paths named by `globs`, ascending; the folder is walked only if one of them is more than a plain path, and what is installed only where it is named. */
export async function findFiles(folder: string, globs: readonly string[], options: FindOptions): Promise<string[]> {
  const found = new Set(globs.filter(isLiteral));
  if (globs.every(isLiteral)) return [...found].sort();
  const named = new Set(globs.flatMap((glob) => glob.split("/")));
  const skip = (_path: string, name: string) => CLOSED_FOLDERS.has(name) && !named.has(name);
  for await (const { path, kind } of walk(folder, { ...options, skip })) {
    if (kind !== "folder" && options.isWanted(path)) found.add(path);
  }
  return [...found].sort();
}

const isLiteral = (glob: string): boolean => !glob.startsWith("!") && !picomatch.scan(glob).isGlob;

/**
 * Globs that take out of `globs` what they match and no program may hold: what is not UTF-8, links, and what is too
 * large. By ending where no other file has it.
 */
export async function exclusions(folder: string, globs: readonly string[]): Promise<readonly string[]> {
  const paths = await findFiles(folder, globs, { isWanted: globMatcher(globs), followLinks: false });
  const unfit: string[] = [];
  for (const path of paths.filter((one) => !globs.includes(one)))
    await readText(folder, path).catch((thrown: unknown) => {
      if (!(thrown instanceof StropError)) throw thrown;
      unfit.push(path);
    });
  const endings = new Set(paths.filter((path) => !unfit.includes(path)).map(extname));
  return [...new Set(unfit.map((path) => (isRare(extname(path), endings) ? `!**/*${extname(path)}` : `!${path}`)))];
}

const isRare = (ending: string, others: ReadonlySet<string>): boolean => ending !== "" && !others.has(ending);

async function readText(folder: string, path: string): Promise<string> {
  const parents = path.split("/").map((_, i, names) => names.slice(0, i + 1).join("/"));
  for (const part of parents) {
    const info = await lstat(join(folder, part)).catch(() => undefined);
    if (info === undefined) throw missing(path, "no such file");
    if (info.isSymbolicLink()) throw notAFile(path, part === path ? "a symbolic link" : `a symbolic link at ${part}`);
    if (part === path && !info.isFile()) throw notAFile(path, info.isDirectory() ? "a folder" : "a special file");
    if (part === path && info.size > MAX_PROGRAM_FILE_BYTES) throw tooLarge(path, info.size);
  }
  const content = await readFile(join(folder, path)).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    if (content.includes(0)) throw new TypeError("a zero byte");
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch (cause) {
    throw new StropError(
      "program.not-text",
      `expected ${path} to be UTF-8 text, found binary or differently encoded content`,
      {
        hint: `save it as UTF-8, or leave it out of \`program\`: "!${path}"`,
        cause,
      },
    );
  }
}

const missing = (path: string, found: string): StropError =>
  new StropError("program.missing", `expected the program at ${path}, found ${found}`, {
    hint: "correct `program` in the config; paths are relative to the task's folder",
  });

const frozen = (path: string): StropError =>
  new StropError(
    "program.frozen",
    `expected a file that may be edited, found ${path}, which is strop's own, installed, or the evaluator's`,
    {
      hint: "take it out of `program`",
    },
  );

const notAFile = (path: string, found: string): StropError =>
  new StropError(
    "program.not-a-file",
    `expected ${path} to be a regular file inside the task's folder, found ${found}`,
    {
      hint:
        found === "a folder"
          ? `name the files in it: "${path}/**"`
          : "put the file itself into the folder, or narrow `program`",
    },
  );

const tooLarge = (path: string, size: number): StropError =>
  new StropError(
    "program.too-large",
    `expected ${path} to have at most ${MAX_PROGRAM_FILE_BYTES} bytes, found ${size}`,
    {
      hint: `leave data out of \`program\`: "!${path}"`,
    },
  );
