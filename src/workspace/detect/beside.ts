/** What a script has beside it, going by its text: the settings that it reads, the files that it writes, and the score among them. */
import { basename, dirname, posix } from "node:path";

import { likelyMetric, type Metric } from "./training.ts";
import { type Found, parsedJson } from "./found.ts";

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
  const writes = pathsIn(lines.filter((line) => WRITES.test(line)));
  const isThere = (path: string) => list(dirname(path)).includes(basename(path));
  const isSetting = (path: string) =>
    SETTINGS.test(path) && !OF_TOOLS.test(basename(path)) && !writes.has(path) && isShort(read(path));
  const json = [...writes].find((path) => path.endsWith(".json"));
  const metric = json === undefined ? undefined : likelyMetric(namesOf(read(json)) ?? keysIn(text));
  return {
    settings: [...pathsIn(lines)].filter(isSetting),
    written: [...writes].filter((path) => isThere(path) || (path.includes("/") && list(dirname(path)).length > 0)),
    ...(json !== undefined && metric !== undefined && { figure: { ...metric, path: json } }),
  };
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
