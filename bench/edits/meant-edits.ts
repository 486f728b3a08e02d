/** Well-meant edits of this repository's own files, with known results: lines change, come, go or move a level in. */
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { createRandom, type Random } from "../../src/core/numerics/random.ts";
import type { ProgramFiles } from "../../src/core/edit.ts";
import { linesOf, textOf, type Change, type Meant } from "./cases.ts";

const root = resolve(import.meta.dirname, "../..");
const SOURCES = [
  "src/core/*.ts",
  "src/judge/**/*.ts",
  "src/nn/**/*.ts",
  "bench/**/*.py",
  "docs/*.md",
  "examples/nano-lm/*.ts",
];

/** `count` edits of programs of one, two or three files; the same for the same seed. */
export function meantEdits(count: number, seed: number): Meant[] {
  const random = createRandom(seed);
  const paths = SOURCES.flatMap((glob) => globSync(glob, { cwd: root })).sort();
  const texts = new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8").replaceAll("\r\n", "\n")]));
  const usable = paths.filter((path) => {
    const lines = linesOf(texts.get(path) as string);
    return lines.length >= 40 && lines.length <= 400 && !/[&]lt;|\t|[\u2018-\u201d]/.test(texts.get(path) as string);
  });
  const edits: Meant[] = [];
  while (edits.length < count) {
    const chosen = random.shuffle(usable).slice(0, 1 + random.integer(3));
    const program = Object.fromEntries(chosen.map((path) => [path, texts.get(path) as string]));
    const edit = meantEdit(program, chosen[0] as string, random);
    if (edit !== null) edits.push(edit);
  }
  return edits;
}

function meantEdit(program: ProgramFiles, path: string, random: Random): Meant | null {
  const lines = linesOf(program[path] as string);
  const changes: Change[] = [];
  for (let n = 1 + random.integer(3), from = 0; n > 0; n--) {
    const change = changeAfter(lines, { path, from, random });
    if (change === null) break;
    changes.push(change);
    from = change.start + change.before.length + 4;
  }
  if (changes.length === 0) return null;
  const after = [...lines];
  for (const change of changes.toReversed()) after.splice(change.start, change.before.length, ...change.after);
  return { program, intended: { ...program, [path]: textOf(after) }, changes };
}

function changeAfter(
  lines: readonly string[],
  { path, from, random }: { path: string; from: number; random: Random },
): Change | null {
  const span = 1 + random.integer(3);
  const at = from + 3 + random.integer(Math.max(1, Math.min(60, lines.length - from - 8)));
  let [above, below] = [1 + random.integer(3), 1 + random.integer(3)];
  if (at + span + below > lines.length || at - above < from) return null;
  const old = lines.slice(at, at + span);
  if (old.some((line) => line.trim() === "" || /\.\.\.|…|<<<|>>>|===|```/.test(line))) return null;
  const slice = (): string[] => lines.slice(at - above, at + span + below);
  while (!isUnique(lines, slice())) {
    if (at - above > from) above++;
    else if (at + span + below < lines.length) below++;
    else return null;
    if (above + below > 16) return null;
  }
  const before = slice();
  const fresh = rewritten(old, random);
  const after = [...before.slice(0, above), ...fresh, ...before.slice(before.length - below)];
  return { path, start: at - above, before, after, above, below };
}

/** In one place only, even for a reader who overlooks white space. */
export function isUnique(lines: readonly string[], wanted: readonly string[]): boolean {
  const plain = (of: readonly string[]): string =>
    of
      .map((line) => line.replaceAll(/\s+/g, " ").trim())
      .filter(Boolean)
      .join("\n");
  const [whole, part] = [`\n${plain(lines)}\n`, `\n${plain(wanted)}\n`];
  return whole.indexOf(part) === whole.lastIndexOf(part) && part.length > 12;
}

const unitOf = (line: string): string => /^ */.exec(line)?.[0] ?? "";

function rewritten(old: readonly string[], random: Random): string[] {
  const [first] = old as [string];
  const indent = unitOf(first);
  const ways: (() => string[])[] = [
    () => old.map((line, i) => (i === 0 ? line.replace(/(\w+)(?=\W*$)/, "$1Next") : line)),
    () => old.map((line) => line.replaceAll(/\b\d+\b/g, (digits) => String(Number(digits) + 1))),
    () => [`${indent}// one more line: if (a < b && c > 0) return "x";`, ...old],
    () => [...old, `${indent}const spare = ${random.integer(100)};`],
    () => [`${indent}if (ready) {`, ...old.map((line) => (line.startsWith(indent) ? `  ${line}` : line)), `${indent}}`],
    () => [`${indent}const sum = a + b;`, `${indent}return sum;`],
    () => [],
  ];
  const fresh = random.pick(ways)();
  return fresh.join("\n") === old.join("\n") ? [...old, `${indent}// seen`] : fresh;
}
