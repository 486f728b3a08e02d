/**
 * Turns what zod found into sentences for people: which key, what was expected, what is there, and which key was
 * probably meant. All problems of a file are told at once.
 */
import type { z } from "zod";

import { StropError } from "../../core/errors.ts";
import { editDistance, nearest } from "../../core/nearest.ts";
import { configSchema } from "./schema.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** StropError `config.invalid` (or `config.unknown-key` when that is all) listing every problem of `source`. */
export function invalidConfig(source: string, config: unknown, issues: readonly Issue[]): StropError {
  const all = issues.flatMap((issue) => leaves(issue, []));
  const found = all.filter((leaf) => !all.some((other) => isMisspelt(leaf, other)));
  const lines = [...new Set(found.map(({ issue, path }) => describe(issue, path, config)))];
  const isTypo = found.every(({ issue }) => issue.code === "unrecognized_keys");
  const listing = lines.length === 1 ? ` ${lines[0]}` : lines.map((line) => `\n  - ${line}`).join("");
  return new StropError(isTypo ? "config.unknown-key" : "config.invalid", `${source}:${listing}`, {
    hint: "every key is described in docs/tasks.md, and in schema.json for editors",
  });
}

interface Leaf {
  readonly issue: Issue;
  readonly path: Path;
}

/** Whether `leaf` only says that a key is missing which `other` says is there, misspelt. */
const isMisspelt = (leaf: Leaf, other: Leaf): boolean =>
  other.issue.code === "unrecognized_keys" &&
  keyPath(leaf.path.slice(0, -1)) === keyPath(other.path) &&
  other.issue.keys.some((key) => nearest(key, [String(leaf.path.at(-1))]) !== undefined);

/** The problems inside a failed union are those of the one alternative that was plainly meant, if there is one. */
function leaves(issue: Issue, prefix: Path): Leaf[] {
  const path = [...prefix, ...issue.path];
  if (issue.code !== "invalid_union") return [{ issue, path }];
  const meant = issue.errors.filter((branch) => !branch.some((inner) => inner.path.length === 0 && isWrongKind(inner)));
  const best = meant.sort((a, b) => badness(a) - badness(b))[0];
  return best === undefined ? [{ issue, path }] : best.flatMap((inner) => leaves(inner as Issue, path));
}

const isWrongKind = (issue: z.core.$ZodIssue): boolean => issue.code !== "unrecognized_keys";

/** Fewer problems first; among equals the alternative whose missing key resembles an unknown one. */
function badness(branch: readonly Issue[]): number {
  const missing = branch.flatMap((issue) => (issue.path.length === 1 ? [String(issue.path[0])] : []));
  const unknown = branch.flatMap((issue) => (issue.code === "unrecognized_keys" ? issue.keys : []));
  const resembles = unknown.some((key) => nearest(key, missing) !== undefined);
  return branch.length + unknown.length - (resembles ? 0.5 : 0);
}

function describe(issue: Issue, path: Path, config: unknown): string {
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(path, valueAt(config, path));
    const kinds = shapesAt(path).map((shape) => `{ ${Object.keys(shape).join(", ")} }`);
    if (issue.keys.some((key) => known.includes(key)))
      return `${keyPath(path)}: expected ${kinds.join(" or ")}, found keys of both`;
    return issue.keys.map((key) => unknownKey(key, path, known)).join("; ");
  }
  const where = path.length === 0 ? "" : `${keyPath(path)}: `;
  const value = valueAt(config, path);
  const words = typeof value === "string" ? value : "";
  const choices = issue.code === "invalid_value" ? issue.values.map(String) : [];
  const meant = words === "" ? undefined : nearest(words, choices);
  return `${where}expected ${issue.message}, found ${show(value)}${meant === undefined ? "" : ` (did you mean "${meant}"?)`}`;
}

function unknownKey(key: string, path: Path, known: readonly string[]): string {
  const near = nearest(key, known);
  const meant = near === undefined ? undefined : keyPath([...path, near]);
  // A letter amiss, or else the right word in the wrong place, before words that are alike.
  const isTypo = near !== undefined && editDistance(key.toLowerCase(), near.toLowerCase()) <= 1;
  const best = isTypo ? meant : (elsewhere(key) ?? meant);
  const advice = best === undefined ? `known keys: ${known.join(", ")}` : `did you mean "${best}"?`;
  return `unknown key "${keyPath([...path, key])}": ${advice}`;
}

/** Where else the config has a key of this name: at its top, or one level below. */
function elsewhere(key: string): string | undefined {
  const top = shapes(configSchema).flatMap((shape) => Object.entries(shape));
  if (top.some(([name]) => name === key)) return key;
  const parent = top.find(([, schema]) => shapes(schema).some((shape) => key in shape));
  return parent === undefined ? undefined : keyPath([parent[0], key]);
}

/** The keys that the schema knows at a path. Actions have two shapes; the one that was begun counts. */
function knownKeys(path: Path, value: unknown): string[] {
  const begun = shapesAt(path).filter((shape) => Object.keys(shape).some((key) => isObject(value) && key in value));
  return (begun.length > 0 ? begun : shapesAt(path))
    .flatMap((shape) => Object.keys(shape))
    .filter((key) => key !== "$schema");
}

type Shape = Readonly<Record<string, z.core.$ZodType>>;

const shapesAt = (path: Path): Shape[] =>
  shapes(
    path.reduce<z.core.$ZodType>(
      (schema, key) => shapes(schema).find((s) => String(key) in s)?.[String(key)] ?? schema,
      configSchema,
    ),
  );

function shapes(schema: z.core.$ZodType): Shape[] {
  const def = schema._zod.def as z.core.$ZodTypeDef & {
    shape?: Shape;
    innerType?: z.core.$ZodType;
    options?: z.core.$ZodType[];
  };
  if (def.shape !== undefined) return [def.shape];
  if (def.innerType !== undefined) return shapes(def.innerType);
  return (def.options ?? []).flatMap(shapes);
}

const isObject = (value: unknown): value is Record<PropertyKey, unknown> => typeof value === "object" && value !== null;

const valueAt = (config: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), config);

/** `budget.trainSeconds`, `run.data[1]`. */
const keyPath = (path: Path): string =>
  path.map((key, i) => (typeof key === "number" ? `[${key}]` : `${i === 0 ? "" : "."}${String(key)}`)).join("");

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value) && value.length > 3) return `a list of ${value.length}`;
  const json = typeof value === "function" ? "a function" : (JSON.stringify(value) ?? typeof value);
  return json.length > 60 ? `${json.slice(0, 57)}…` : json;
}
