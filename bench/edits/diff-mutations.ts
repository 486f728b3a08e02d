/** Ways in which a well-meant unified diff goes astray: headers, counts, prefixes, fences. */
import { createRandom, type Random } from "../../src/core/numerics/random.ts";
import type { Mutated, Mutation } from "./block-mutations.ts";
import type { Change, Meant } from "./cases.ts";
import { isUnique } from "./meant-edits.ts";

interface DiffStyle {
  readonly header?: (path: string) => string[];
  /** What stands in a hunk's first line. */
  readonly at?: (numbers: { old: number; olds: number; now: number; news: number }, random: Random) => string;
  readonly lines?: (lines: string[], change: Change) => string[] | null;
  readonly around?: (diff: string) => string;
  readonly order?: (hunks: string[][]) => string[][];
}

const gitHeader = (path: string): string[] => [`--- a/${path}`, `+++ b/${path}`];
const numbersOf = (n: { old: number; olds: number; now: number; news: number }): string =>
  `@@ -${n.old},${n.olds} +${n.now},${n.news} @@`;
const fenced = (diff: string): string => `The change:\n\n\`\`\`diff\n${diff}\n\`\`\`\n`;

function hunkLines(change: Change): string[] {
  const { before, after, above, below } = change;
  return [
    ...before.slice(0, above).map((line) => ` ${line}`),
    ...before.slice(above, before.length - below).map((line) => `-${line}`),
    ...after.slice(above, after.length - below).map((line) => `+${line}`),
    ...before.slice(before.length - below).map((line) => ` ${line}`),
  ];
}

/** An answer with every change as a hunk of this style. */
export const diffed =
  (style: DiffStyle): Mutation =>
  (meant, random) => {
    let shift = 0;
    const hunks: string[][] = [];
    for (const change of meant.changes) {
      const lines = (style.lines ?? ((same) => same))(hunkLines(change), change);
      if (lines === null) return null;
      const [olds, news] = [change.before.length, change.after.length];
      const numbers = { old: change.start + 1, olds, now: change.start + 1 + shift, news };
      shift += news - olds;
      const at = (style.at ?? numbersOf)(numbers, random);
      hunks.push(at === "" ? lines : [at, ...lines]);
    }
    const path = (meant.changes[0] as Change).path;
    const ordered = (style.order ?? ((same) => same))(hunks);
    const diff = [...(style.header ?? gitHeader)(path), ...ordered.flat()].join("\n");
    return { answer: (style.around ?? fenced)(diff) };
  };

const plain = diffed({});
const off = (random: Random): number => 1 + random.integer(9);
const mapped =
  (map: (line: string) => string) =>
  (lines: string[]): string[] | null => {
    const out = lines.map(map);
    return out.join("\n") === lines.join("\n") ? null : out;
  };
const inFiles = (meant: Meant, map: (text: string) => string): Omit<Mutated, "answer"> => {
  const on = (files: Meant["program"]): Meant["program"] =>
    Object.fromEntries(Object.entries(files).map(([path, text]) => [path, map(text)]));
  return { program: on(meant.program), intended: on(meant.intended) };
};
const answerOf = (meant: Meant): string => (plain(meant, createRandom(0)) as Mutated).answer;
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const several =
  (mutation: Mutation): Mutation =>
  (meant, random) =>
    meant.changes.length > 1 ? mutation(meant, random) : null;

/** Two changes so near that both hunks show the lines between them. */
function overlapping(meant: Meant): Mutated | null {
  const [one, two] = meant.changes;
  if (one === undefined || two === undefined || meant.changes.length !== 2) return null;
  const gap = two.start - (one.start + one.before.length);
  if (gap > 8) return null;
  const lines = (meant.program[one.path] as string).split("\n");
  const between = lines.slice(one.start + one.before.length, two.start);
  const wide = { ...two, start: two.start - gap - 1, above: two.above + gap + 1 };
  const lead = [one.before.at(-1) as string, ...between];
  const second = { ...wide, before: [...lead, ...two.before], after: [...lead, ...two.after] };
  return plain({ ...meant, changes: [one, second] }, createRandom(0));
}

function newFile(meant: Meant): Mutated {
  const diff = "--- /dev/null\n+++ b/lib/fresh.ts\n@@ -0,0 +1,2 @@\n+export const a = 1;\n+export const b = 2;";
  return {
    answer: fenced(diff),
    intended: { ...meant.program, "lib/fresh.ts": "export const a = 1;\nexport const b = 2;\n" },
  };
}

function endWithoutBreak(meant: Meant): Mutated | null {
  const path = (meant.changes[0] as Change).path;
  const lines = (meant.program[path] as string).replace(/\n$/, "").split("\n");
  const context = lines.slice(-3);
  if (!isUnique(lines, context)) return null;
  const diff = [
    ...gitHeader(path),
    `@@ -${lines.length - 2},3 +${lines.length - 2},4 @@`,
    ...context.map((line) => ` ${line}`),
    "+// the end",
  ];
  return {
    answer: fenced(diff.join("\n")),
    program: { ...meant.program, [path]: lines.join("\n") },
    intended: { ...meant.program, [path]: [...lines, "// the end"].join("\n") },
  };
}

export const DIFF_MUTATIONS: Readonly<Record<string, Mutation>> = {
  plain,
  "line numbers drifted": diffed({
    at: (n, random) => numbersOf({ ...n, old: n.old + off(random), now: n.now + off(random) }),
  }),
  "counts wrong": diffed({
    at: (n, random) => numbersOf({ ...n, olds: n.olds + off(random), news: n.news + off(random) }),
  }),
  "numbers and counts wrong": diffed({
    at: (n, random) => numbersOf({ old: n.old + off(random), olds: n.olds - 1, now: n.now, news: n.news + 2 }),
  }),
  "no numbers": diffed({ at: () => "@@ ... @@" }),
  "no hunk line": (meant, random) => (meant.changes.length === 1 ? diffed({ at: () => "" })(meant, random) : null),
  "no file header": diffed({ header: () => [] }),
  "header without a/ and b/": diffed({ header: (path) => [`--- ${path}`, `+++ ${path}`] }),
  "header with an absolute path": diffed({ header: (path) => [`--- /workspace/${path}`, `+++ /workspace/${path}`] }),
  "header with times": diffed({
    header: (path) => [`--- a/${path}\t2025-01-01 10:00:00`, `+++ b/${path}\t2025-01-01 10:00:01`],
  }),
  "git's extended header": diffed({
    header: (path) => [`diff --git a/${path} b/${path}`, "index 83db48f..bf2a1b1 100644", ...gitHeader(path)],
  }),
  "apply_patch's envelope": diffed({
    header: (path) => ["*** Begin Patch", `*** Update File: ${path}`],
    at: () => "@@",
    around: (diff) => `\`\`\`\n${diff}\n*** End Patch\n\`\`\`\n`,
  }),
  "no fence": diffed({ around: (diff) => `${diff}\n` }),
  "prose around, no fence": diffed({ around: (diff) => `Here is the change.\n\n${diff}\n` }),
  "fence not closed": diffed({ around: (diff) => `\`\`\`diff\n${diff}\n` }),
  "context without its space": diffed({
    lines: mapped((line) => (/^ (?![-+@\\ ]|$)/.test(line) ? line.slice(1) : line)),
  }),
  "blank context without its space": diffed({ lines: mapped((line) => (line === " " ? "" : line)) }),
  "all lines one space further in": diffed({
    lines: mapped((line) => (line.length > 1 ? `${line[0]} ${line.slice(1)}` : line)),
  }),
  "trailing white space lost": (meant) => {
    const touched = meant.changes.some((c) =>
      c.after.slice(c.above, c.after.length - c.below).some((line) => /[;,{]$/.test(line)),
    );
    return touched
      ? null
      : { answer: answerOf(meant), ...inFiles(meant, (text) => text.replaceAll(/^(.*[;,{])$/gm, "$1  ")) };
  },
  "hunks out of order": several(diffed({ order: (hunks) => hunks.toReversed() })),
  "hunks that share context": (meant) => overlapping(meant),
  "Windows line endings in the file": (meant) => ({
    answer: answerOf(meant),
    ...inFiles(meant, (text) => text.replaceAll("\n", "\r\n")),
  }),
  "Windows line endings in the answer": (meant) => ({ answer: answerOf(meant).replaceAll("\n", "\r\n") }),
  "HTML escapes": (meant) => ({ answer: escaped(answerOf(meant)) }),
  "no line break at the end of the file": endWithoutBreak,
  "a new file": newFile,
};
