/** Guesses how a Python project is trained: where its script is, and whether it is run as a file or as a module of its package. */
import { basename, dirname } from "node:path";

import type { Found } from "./found.ts";
import { type Guess, shellWord } from "./guess.ts";

const SCRIPT = /^(?:(?:pre)?train(?:ing|_\w+)?|\w+_train|fine_?tune)\.py$/;
/** Of a package, what may be edited: neither what measures nor what brings the data. */
const EDITED = ["!**/*{test,eval,metric,data,prepare}*"];
const NO_PACKAGE = /^(?:\.|(?:venv|env|node_modules|tests?|docs|data)$)/;

export const isTrainingScript = (name: string): boolean => SCRIPT.test(name);

/** `train.py` of the folder, of a folder in it such as `src`, or of a package in that. */
export function pythonTraining(found: Found): Guess | null {
  const { files, list, python } = found;
  const scriptIn = (names: readonly string[]) =>
    names.find((name) => name === "train.py") ?? names.find(isTrainingScript);
  const guess = { metric: "val_loss", trainSeconds: 300 };
  const script = scriptIn(files);
  if (script !== undefined) return { ...guess, program: [script], run: `${python} ${script}` };
  const packagesIn = (names: readonly string[]) => names.filter((name) => !NO_PACKAGE.test(name));
  const inSources = sourceFolders(found).flatMap((folder) =>
    packagesIn(list(folder)).map((name) => `${folder}/${name}`),
  );
  for (const folder of [...packagesIn(files), ...inSources]) {
    const inside = scriptIn(list(folder));
    if (inside === undefined) continue;
    const run = commandOf(`${folder}/${inside}`, found);
    return { ...guess, program: [`${folder}/**/*.py`, ...EDITED], run };
  }
  return null;
}

/** Folders of packages that are none themselves: `src`, and what pyproject.toml calls so. */
function sourceFolders({ read, files }: Found): string[] {
  const named = /^\s*where\s*=\s*\[\s*["'](\w[\w-]*)["']/m.exec(read("pyproject.toml"))?.[1];
  return [...new Set(["src", ...(named === undefined ? [] : [named])])].filter((name) => files.includes(name));
}

/** A script that imports its own package is run as a module of it: as a file it would not find it, or find an installed one. */
function commandOf(script: string, found: Found): string {
  const root = importRoot(script, found);
  const module = script
    .slice(root === undefined || root === "." ? 0 : root.length + 1, -".py".length)
    .replaceAll("/", ".");
  if (root === undefined || !/^[\w.-]+$/.test(module)) return `${found.python} ${shellWord(script)}`;
  return `${root === "." ? "" : `PYTHONPATH=${root} `}${found.python} -m ${module}`;
}

/** The folder that a script's imports of its own package start from; undefined where it has none. */
function importRoot(script: string, { read, list }: Found): string | undefined {
  const text = read(script);
  const folders = dirname(script).split("/");
  const beside = list(dirname(script));
  const pathOf = (depth: number) => (depth === 0 ? "." : folders.slice(0, depth).join("/"));
  const isOwn = (name: string) => !beside.includes(name) && !beside.includes(`${name}.py`);
  const imported = [...text.matchAll(/^[ \t]*(?:from|import)[ \t]+([A-Za-z_]\w*)/gm)].map(([, name = ""]) => name);
  const named = folders.findIndex((folder) => isOwn(folder) && imported.includes(folder));
  if (named !== -1) return pathOf(named);
  const dots = [...text.matchAll(/^[ \t]*from[ \t]+(\.+)/gm)].map(([, { length } = ""]) => length);
  if (dots.length === 0) return undefined;
  let depth = folders.length - 1;
  while (depth > 0 && list(pathOf(depth)).includes("__init__.py")) depth--;
  return pathOf(Math.max(0, Math.min(depth, folders.length - Math.max(...dots))));
}

/** The file that `python -m NAME` runs, of a command that is one. */
export function moduleFile(run: string, { list }: Found): string | undefined {
  const [, root, module] = /^(?:PYTHONPATH=(\S+) )?\S*python[\d.]* -m ([A-Za-z_][\w.-]*)(?=\s|$)/.exec(run) ?? [];
  if (module === undefined) return undefined;
  const path = `${root === undefined ? "" : `${root}/`}${module.replaceAll(".", "/")}`;
  return [`${path}.py`, `${path}/__main__.py`].find((file) => list(dirname(file)).includes(basename(file)));
}
