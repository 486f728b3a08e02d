/** What a script has beside it, going by its text: the settings that it reads, the files that it writes, and the score among them. */
import { basename, dirname, posix } from "node:path";

import { likelyMetric, type Metric } from "./training.ts";
import { type Found, parsedJson } from "./found.ts";
import { statementsOf } from "./statements.ts";

export interface Beside {
  /** Files with numbers that strop can search, as part of the program. */
  readonly settings: readonly string[];
  /** What an earlier run has left, or leaves in a folder that is there: a trial could not write it. */
  readonly written: readonly string[];
  /** A JSON file that is written, and the number in it that looks like a score. */
  readonly figure?: (Metric & { readonly path: string }) | undefined;
}

const WRITES =
  /\bopen\(.*["'][wax]b?t?\+?["']|\.(?:to_\w+|dump\w*|save\w*|write\w*|export\w*)\(|\bdump\(|\bwriteFile\w*\(|sqlite:\/\/\//;
const PATH = /["'](?:sqlite:\/\/\/|\.\/)?([\w-][\w./-]*\.\w+)["']/g;
/** What a line that writes reads as well, and what it writes of another file's name: `open("a.txt") as f, open("b.txt", "w") as g`. */
const READ = /(?:\bopen\(|(?:load|read)\w*\(|:)\s*$/;
const FOR_WRITING = /^\s*,\s*(?:mode\s*=\s*)?["'][wax]b?t?\+?["']/;
/** `f"plots/epoch_{e}.png"`: the folder and the name's beginning are known. */
const NUMBERED = /["'](?:\.\/)?((?:[\w.-]+\/)*[\w-]+(?:\{[^{}"'\n]{1,60}\}|%0?\d*d)[\w.{}%:-]*\.\w+)["']/g;
const PUT_IN = /\{[^{}]*\}|%0?\d*d/;
/** Read again by the program that made it; what else is read may be data. */
const MODEL = /\.(?:pth?|ckpt|safetensors|h5|keras)$/;
const CODE = /\.(?:py|ipynb|[mc]?[jt]sx?|sh)$/;
const SETTINGS = /\.(?:ya?ml|toml|json)$/;
/** Settings of tools, not of the script. */
const OF_TOOLS = /^(?:package(?:-lock)?|tsconfig.*|pyproject|Cargo|docker-compose)\./;
/** Settings are written by hand. In characters. */
const LONGEST = 20_000;
/** More was generated, and would be looked through for each `open(` that it has. In characters. */
const LONGEST_LINE = 2_000;

export function besideScript(script: string, { read, list }: Found): Beside {
  const text = read(script);
  const pathsIn = (lines: readonly string[]) =>
    new Set(lines.flatMap((line) => [...line.matchAll(PATH)].map(([, path = ""]) => posix.normalize(path))));
  const lines = text.split("\n").filter((line) => line.length <= LONGEST_LINE);
  const statements = script.endsWith(".py") ? statementsOf(lines) : lines;
  const writing = statements.filter((line) => WRITES.test(line));
  const writes = new Set(writing.flatMap(pathsWritten));
  const isThere = (path: string) => list(dirname(path)).includes(basename(path));
  const isSetting = (path: string) =>
    SETTINGS.test(path) && !OF_TOOLS.test(basename(path)) && !writes.has(path) && isShort(read(path));
  const json = [...writes].find((path) => path.endsWith(".json"));
  const metric = json === undefined ? undefined : likelyMetric(namesOf(read(json)) ?? keysIn(text));
  return {
    settings: [...pathsIn(lines)].filter(isSetting),
    written: [
      ...[...writes].filter((path) => isThere(path) || (path.includes("/") && list(dirname(path)).length > 0)),
      ...numberedFiles(statements, writing, list).filter((path) => !writes.has(path)),
    ],
    ...(json !== undefined && metric !== undefined && { figure: { ...metric, path: json } }),
  };
}

const pathsWritten = (statement: string): string[] =>
  [...statement.matchAll(PATH)].flatMap(({ 0: { length }, 1: path = "", index }) => {
    const isRead = READ.test(statement.slice(0, index).replace(/[rbf]$/, ""));
    return isRead && !FOR_WRITING.test(statement.slice(index + length)) ? [] : [posix.normalize(path)];
  });

/** Files of a name with a number in it that lie there already; of a folder that is there one at least, so that it can be written to. */
function numberedFiles(statements: readonly string[], writing: readonly string[], list: Found["list"]): string[] {
  const others = statements.filter(
    (statement) => !writing.includes(statement) && !/\bmkdir|\bmakedirs/.test(statement),
  );
  const isNamed = (path: string) => others.some((line) => line.includes(`"${path}`) || line.includes(`'${path}`));
  const names = new Set(writing.flatMap((line) => [...line.matchAll(NUMBERED)].map(([, name = ""]) => name)));
  return [...names].flatMap((name) => {
    const folder = dirname(name);
    const isRead = isNamed(name) || (folder !== "." && isNamed(folder));
    if (CODE.test(name) || (isRead && !MODEL.test(name))) return [];
    const parts = basename(name).split(PUT_IN);
    const form = new RegExp(`^${parts.map((part) => part.replace(/[.%{}]/g, "\\$&")).join("[\\w.-]+")}$`);
    const beside = list(folder);
    const there = beside.filter((file) => form.test(file) && !isNamed(posix.join(folder, file)));
    const made = there.length === 0 && beside.length > 0 && folder !== "." ? [parts.join("0")] : there;
    return made.map((file) => posix.join(folder, file));
  });
}

const isShort = (text: string): boolean => /\d/.test(text) && text.length <= LONGEST;

/** Names of the numbers in a JSON file, as paths; undefined for a file that is not there or no object. */
function namesOf(text: string): string[] | undefined {
  const named = (value: unknown, path: readonly string[]): string[] =>
    typeof value === "number"
      ? [path.join(".")]
      : typeof value === "object" && value !== null && path.length < 3
        ? Object.entries(value).flatMap(([key, inner]) => named(inner, [...path, key]))
        : [];
  const value = parsedJson(text);
  return typeof value === "object" && value !== null ? named(value, []) : undefined;
}

/** `"accuracy": …` and `accuracy=…`. */
const keysIn = (text: string): string[] =>
  [...text.matchAll(/["'](\w+)["']\s*:|[({,]\s*(\w+)=/g)].map(([, key, word]) => key ?? word ?? "");
