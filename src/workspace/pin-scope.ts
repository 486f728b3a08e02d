/** Which files of a task are pinned, decided by path alone. */
import { basename } from "node:path";

import type { Task } from "../core/task.ts";
import { CONFIG_FILES } from "./config/read-config.ts";
import { globMatcher, hiddenScope, programScope, refereeFiles, refereeWords, scratchScope } from "./program.ts";

export interface PinScope {
  /** Pinned whatever their names are. */
  readonly named: ReadonlySet<string>;
  /** Whether a path, with all that is in it, is not even looked at: caches, what is installed, what is printed meanwhile. */
  readonly skip: (path: string) => boolean;
  /** Whether a file is pinned that is not skipped. */
  readonly isPinned: (path: string) => boolean;
}

/** Version control, installed packages, caches, and what editors and coding agents leave: not pinned unless `environment` names them. */
const UNPINNED_FOLDERS = new Set([
  ".git",
  ".hg",
  ".svn",
  ".strop",
  "node_modules",
  ".venv",
  "venv",
  "__pycache__",
  ".cache",
  ".pytest_cache",
  ".mypy_cache",
  ".ruff_cache",
  ".ipynb_checkpoints",
  ".idea",
  ".vscode",
  ".claude",
  ".agents",
  ".codex",
  ".cursor",
  ".gemini",
  "target",
]);
const UNPINNED_FILES =
  /^(\.DS_Store|\.gitignore|\.mcp\.json|\.aider.*|results\.tsv|nohup\.out|slurm-.*\.out|.*\.(log|pyc|swp|tmp)|.*~)$/;
/** What people write for people while a run goes on; pinned where a command names it. */
const DOCUMENTS = /^(readme|changelog|changes|contributing|licen[cs]e|todo|notes)(\.(md|rst|adoc))?$/i;

export function pinScope(task: Task): PinScope {
  const isProgram = programScope(task);
  const inEnvironment = globMatcher(task.environment);
  const [isHidden, isScratch] = [hiddenScope(task), scratchScope(task)];
  const words = new Set(refereeWords(task));
  const isWanted = (path: string) => inEnvironment(path) || isHidden(path) || words.has(path);
  const asked = new Set(task.environment.flatMap((glob) => glob.split("/")));
  const isLeftOut = leftOut(task, words);
  const isDocument = (path: string) =>
    DOCUMENTS.test(basename(path)) && !asked.has(basename(path)) && !words.has(path) && !isHidden(path);
  const isUnpinned = (name: string) => !asked.has(name) && (UNPINNED_FOLDERS.has(name) || UNPINNED_FILES.test(name));
  const editable = new Set([...CONFIG_FILES, task.agenda]);
  const named = new Set([...refereeFiles(task), ...dataOf(task)]);
  return {
    named,
    skip: (path) => isScratch(path) || isLeftOut(path) || isUnpinned(basename(path)),
    isPinned: (path) =>
      named.has(path) || (!editable.has(path) && !isDocument(path) && !isProgram(path) && isWanted(path)),
  };
}

/** Folders that `environment` excludes whole (`"!data/**"`) are not looked into, unless something in them is pinned always. */
function leftOut({ environment, hidden = [] }: Task, words: ReadonlySet<string>): (path: string) => boolean {
  const isExcluded = globMatcher(environment.flatMap((glob) => /^!(.+)\/\*\*$/.exec(glob)?.[1] ?? []));
  if (hidden.length > 0) return () => false;
  return (path) => isExcluded(path) && ![...words].some((word) => word.startsWith(`${path}/`));
}

const dataOf = (task: Task): readonly string[] => (task.run.kind === "module" ? task.run.data : []);
