/** What guesses see of a folder: nothing is run, and nothing but an ordinary file is read. */
import { readFileSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";

import { isInside } from "../config/schema.ts";

export interface Found {
  /** Names of files and folders, in order. */
  readonly files: readonly string[];
  /** Scripts of package.json. */
  readonly scripts: Readonly<Record<string, string>>;
  /** The folders of a monorepo's packages, as package.json has them: globs. */
  readonly workspaces: readonly string[];
  /** The interpreter: of the folder's virtual environment, if it has one. */
  readonly python: string;
  /** The Makefile's text, or "". */
  readonly makefile: string;
  /** A file's text, or "". */
  readonly read: (path: string) => string;
  /** Names in a folder, in order, or none. */
  readonly list: (path: string) => readonly string[];
  /** Paths of the files with such a name, in this folder and below, the nearest first: of nobody's packages, of no build. */
  readonly below: (name: RegExp) => readonly string[];
}

export function foundIn(folder: string): Found {
  const read = (path: string): string => textOf(join(folder, path));
  const list = (path: string): readonly string[] => namesIn(join(folder, path));
  const files = list(".");
  const environment = [".venv", "venv"].find((name) => files.includes(name));
  return {
    files,
    ...packageIn(read("package.json")),
    python: environment === undefined ? "python3" : `${environment}/bin/python`,
    makefile: read(["GNUmakefile", "makefile", "Makefile"].find((name) => files.includes(name)) ?? "Makefile"),
    read,
    list,
    below: (name) => filesBelow(list, name),
  };
}

/** A Java package alone is four or five folders below the project's. */
const DEEPEST = 12;
/** Folders looked into, so that a disk's root or a folder of data is no long wait. */
const MOST_FOLDERS = 1_000;
const NOT_OWN =
  /^(?:\.|(?:node_modules|venv|env|vendor|third_?party|externals?|deps|target|build|dist|out|testdata)$|_|cmake-build)/;

function filesBelow(list: Found["list"], name: RegExp): string[] {
  const found: string[] = [];
  let folders = ["."];
  for (let depth = 0, looked = 0; depth < DEEPEST && looked < MOST_FOLDERS; depth++) {
    looked += folders.length;
    const inside = folders
      .slice(0, MOST_FOLDERS)
      .flatMap((folder) => list(folder).map((file) => (folder === "." ? file : `${folder}/${file}`)));
    found.push(...inside.filter((path) => name.test(basename(path))));
    folders = inside.filter((path) => !NOT_OWN.test(basename(path)) && !/\.\w{1,5}$/.test(path));
  }
  return found;
}

/** More was not written by hand. */
const LARGEST = 16 * 2 ** 20;

/** "" for what is missing, too large, locked or no file: a pipe would be waited for. */
export const textOf = (path: string): string =>
  unlessUnreadable("", () => {
    const info = statSync(path);
    return info.isFile() && info.size <= LARGEST ? readFileSync(path, "utf8") : "";
  });

const namesIn = (folder: string): readonly string[] =>
  unlessUnreadable([], () => {
    if (!statSync(folder).isDirectory()) return [];
    const entries = readdirSync(folder, { withFileTypes: true });
    const readable = entries.filter((entry) => entry.isFile() || entry.isDirectory() || entry.isSymbolicLink());
    return readable.map(({ name }) => name).sort();
  });

/** What cannot be read says nothing: this is a guess, not a check. */
function unlessUnreadable<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown) return otherwise;
    throw thrown;
  }
}

/** A damaged one says nothing: this is a guess, not a check. */
export function packageIn(text: string): Pick<Found, "scripts" | "workspaces"> {
  const { scripts, workspaces } = (parsedJson(text) ?? {}) as Record<string, unknown>;
  const isText = (value: unknown): value is string => typeof value === "string";
  return {
    scripts: Object.fromEntries(Object.entries(scripts ?? {}).filter(([, script]) => isText(script))),
    workspaces: Array.isArray(workspaces) ? workspaces.filter(isText) : [],
  };
}

/** The folders of a monorepo's packages: those that npm's, yarn's or pnpm's list has, its stars filled in. */
export function workspaceFolders({ workspaces, read, list }: Found): string[] {
  const ofPnpm = [...read("pnpm-workspace.yaml").matchAll(/^\s*-\s*["']?([\w./@*-]+)["']?\s*$/gm)];
  return [...workspaces, ...ofPnpm.map(([, path = ""]) => path)].flatMap((path) => {
    const folder = path.replace(/^\.\//, "").replace(/\/\*{1,2}$/, "");
    const found = path.includes("*") ? list(folder).map((name) => `${folder}/${name}`) : [folder];
    return found.filter((one) => isInside(one) && list(one).includes("package.json"));
  });
}

/** Null for what is no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}
