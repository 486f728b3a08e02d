/** Ways in which a well-meant SEARCH/REPLACE answer goes astray on its way from the author's mind to the page. */
import type { ProgramFiles } from "../../src/core/edit.ts";
import type { Random } from "../../src/core/numerics/random.ts";
import { lang, type Change, type Meant } from "./cases.ts";
import { isUnique } from "./meant-edits.ts";

export interface Mutated {
  readonly answer: string;
  /** Where the mutation is one of the file rather than of the answer. */
  readonly program?: ProgramFiles;
  readonly intended?: ProgramFiles;
}

/** Null where the mutation says nothing about this edit. */
export type Mutation = (meant: Meant, random: Random) => Mutated | null;

interface Sides {
  readonly search: readonly string[];
  readonly replace: readonly string[];
}

interface Style {
  readonly sides?: (change: Change, random: Random) => Sides | null;
  readonly path?: (path: string) => string;
  readonly open?: (path: string) => string;
  readonly close?: string;
  readonly marks?: readonly [string, string, string];
}

const plainSides = (change: Change): Sides => ({ search: change.before, replace: change.after });

const block =
  (style: Style) =>
  (change: Change, random: Random): string | null => {
    const sides = (style.sides ?? plainSides)(change, random);
    if (sides === null) return null;
    const [search, divider, replace] = style.marks ?? ["<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE"];
    const path = style.path === undefined ? change.path : style.path(change.path);
    const open = style.open === undefined ? `\`\`\`${lang(change.path)}` : style.open(change.path);
    const body = [search.replace("PATH", change.path), ...sides.search, divider, ...sides.replace, replace];
    return [path, open, ...body, style.close ?? "```"].filter((line) => line !== "\0").join("\n");
  };

/** An answer with every change as a block of this style. */
export const styled =
  (style: Style, around: (blocks: string[], random: Random) => string = (blocks) => blocks.join("\n\n")): Mutation =>
  (meant, random) => {
    const blocks = meant.changes.map((change) => block(style)(change, random));
    if (blocks.some((text) => text === null)) return null;
    return { answer: `${around(blocks as string[], random)}\n` };
  };

const NONE = "\0";
const indentOf = (line: string): number => /^ */.exec(line)?.[0].length ?? 0;
const isText = (line: string): boolean => line.trim() !== "";
const both =
  (map: (line: string) => string) =>
  (change: Change): Sides | null => {
    const [search, replace] = [change.before.map(map), change.after.map(map)];
    return search.join("\n") === change.before.join("\n") ? null : { search, replace };
  };

/** The lines of context, by their index in `before` and in `after`, changed alike in both. */
function contextMapped(change: Change, map: (line: string) => string): Sides | null {
  const on = (lines: readonly string[]): string[] =>
    lines.map((line, i) => (i < change.above || i >= lines.length - change.below ? map(line) : line));
  const [search, replace] = [on(change.before), on(change.after)];
  return search.join("\n") === change.before.join("\n") ? null : { search, replace };
}

function dedented(change: Change): Sides | null {
  const common = Math.min(...[...change.before, ...change.after].filter(isText).map(indentOf));
  // One depth of SEARCH and deeper new lines with another meaning would not be certain: see docs/edits.md.
  return common === 0 ? null : both((line) => (isText(line) ? line.slice(common) : line))(change);
}

function widened(change: Change): Sides | null {
  const hasDepths = new Set(change.before.filter(isText).map(indentOf)).size > 1;
  if (!hasDepths || [...change.before, ...change.after].some((line) => indentOf(line) % 2 === 1)) return null;
  const steps = change.before.filter(isText).map(indentOf);
  const isStep2 = steps.some((indent, i) => i > 0 && indent - (steps[i - 1] as number) === 2);
  return isStep2 ? both((line) => " ".repeat(indentOf(line)) + line)(change) : null;
}

function firstTrimmed(change: Change): Sides | null {
  const depth = indentOf(change.before[0] as string);
  const rest = change.before.slice(1).filter(isText);
  if (depth === 0 || rest.length === 0 || change.before[0] !== change.after[0]) return null;
  const trim = (lines: readonly string[]): string[] => lines.map((line, i) => (i === 0 ? line.trimStart() : line));
  return { search: trim(change.before), replace: trim(change.after) };
}

/** Context of ten lines above, of which the middle is left out. */
const ellipsis = (meant: Meant, sides: "both" | "new"): Mutated | null => {
  const change = meant.changes[0] as Change;
  const lines = (meant.program[change.path] as string).split("\n");
  const [from, hidden] = [change.start - 6, 4];
  if (from < 0 || meant.changes.length > 1) return null;
  const context = lines.slice(from, change.start);
  const isAlone = (line: string): boolean =>
    isText(line) && lines.filter((other) => other.trim() === line.trim()).length === 1;
  const [first, last] = [context[0] as string, context[hidden + 1] as string];
  if (!isAlone(first) || !isAlone(last) || context.some((line) => /\.\.\./.test(line))) return null;
  const gap = `${" ".repeat(indentOf(first))}// ... existing code ...`;
  const short = [first, gap, last];
  const search = sides === "both" ? [...short, ...change.before] : [...context, ...change.before];
  const body = block({ sides: () => ({ search, replace: [...short, ...change.after] }) });
  return { answer: `${body(change, undefined as never)}\n` };
};

const inFile = (meant: Meant, map: (text: string) => string): Pick<Required<Mutated>, "program" | "intended"> => {
  const apply = (files: ProgramFiles): ProgramFiles =>
    Object.fromEntries(Object.entries(files).map(([path, text]) => [path, map(text)]));
  return { program: apply(meant.program), intended: apply(meant.intended) };
};

const plain = styled({});
const withProgram =
  (map: (text: string) => string, mutation: Mutation = plain): Mutation =>
  (meant, random) => {
    const mutated = mutation(meant, random);
    return mutated === null ? null : { ...mutated, ...inFile(meant, map) };
  };
const tabs = (text: string): string => text.replaceAll(/^(?: {2})+/gm, (spaces) => "\t".repeat(spaces.length / 2));
const escaped = (line: string): string => line.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const onlyIf =
  (test: (meant: Meant) => boolean, mutation: Mutation): Mutation =>
  (meant, random) =>
    test(meant) ? mutation(meant, random) : null;
const isSingle = (meant: Meant): boolean => Object.keys(meant.program).length === 1;
const eachIndented = (meant: Meant): boolean =>
  meant.changes.every((c) => c.before.some((line) => indentOf(line) >= 2));

const curly = (line: string): string => line.replaceAll(/"([^"]*)"/g, "\u201c$1\u201d").replaceAll("'", "\u2019");

function endOfFile(meant: Meant): Mutated | null {
  const path = (meant.changes[0] as Change).path;
  const lines = (meant.program[path] as string).replace(/\n$/, "").split("\n");
  const before = lines.slice(-6);
  if (!isUnique(lines, before)) return null;
  const after = [...before, "// the end"];
  const program = { ...meant.program, [path]: lines.join("\n") };
  const intended = { ...meant.program, [path]: [...lines, "// the end"].join("\n") };
  const change = { path, start: lines.length - 6, before, after, above: 6, below: 0 };
  return { answer: `${block({})(change, undefined as never)}\n`, program, intended };
}

const trailing = (text: string): string => text.replaceAll(/^(.*[;,{])$/gm, "$1  ");

function trailingLost(meant: Meant): Mutated | null {
  // New lines have no trailing white space in the answer, so only files whose changed lines have none are meant.
  const touched = meant.changes.some((c) =>
    [...c.before.slice(c.above, c.before.length - c.below), ...c.after.slice(c.above, c.after.length - c.below)].some(
      (line) => /[;,{]$/.test(line),
    ),
  );
  return touched ? null : { answer: (plain(meant, undefined as never) as Mutated).answer, ...inFile(meant, trailing) };
}

const numbered = (change: Change): Sides => {
  const number = (lines: readonly string[]): string[] =>
    lines.map((line, i) => `${String(change.start + 1 + i).padStart(4)} | ${line}`);
  return { search: number(change.before), replace: number(change.after) };
};

const fencedInside = ({ path, before, after }: Change): Sides => ({
  search: [`\`\`\`${lang(path)}`, ...before, "```"],
  replace: [`\`\`\`${lang(path)}`, ...after, "```"],
});

export const BLOCK_MUTATIONS: Readonly<Record<string, Mutation>> = {
  plain,
  "prose around": styled(
    {},
    (blocks) => `I looked at the hot loop.\n\n${blocks.join("\n\nThen:\n\n")}\n\nThis should help.`,
  ),
  "no fences": styled({ open: () => NONE, close: NONE }),
  "fences inside the block": styled({ sides: fencedInside, open: () => NONE, close: NONE }),
  "longer fences": styled({ open: (path) => `\`\`\`\`${lang(path)}`, close: "````" }),
  "last fence missing": styled({}, (blocks) => blocks.join("\n\n").replace(/\n```$/, "")),
  "path in prose": styled({ path: (path) => `Now the change in \`${path}\`:` }),
  "path in bold, with a colon": styled({ path: (path) => `**File: ${path}**:` }),
  "path in the fence": styled({ path: () => NONE, open: (path) => `\`\`\`${lang(path)} title="${path}"` }),
  "path on the mark": styled({ path: () => NONE, marks: ["<<<<<<< SEARCH PATH", "=======", ">>>>>>> REPLACE"] }),
  "path shortened": styled({ path: (path) => path.split("/").slice(-1)[0] as string }),
  "path absolute": styled({ path: (path) => `/workspace/project/${path}` }),
  "path with ./": styled({ path: (path) => `./${path}` }),
  "path with backslashes": styled({ path: (path) => path.replaceAll("/", "\\") }),
  "path missing": styled({ path: () => NONE }),
  "path as first comment": styled({
    path: () => NONE,
    sides: ({ path, before, after }) => ({ search: [`// ${path}`, ...before], replace: [`// ${path}`, ...after] }),
  }),
  "marks of five": styled({ marks: ["<<<<< SEARCH", "=====", ">>>>> REPLACE"] }),
  "marks of other tools": styled({ marks: ["------- SEARCH", "=======", "+++++++ REPLACE"] }),
  "marks called ORIGINAL, UPDATED": styled({ marks: ["<<<<<<< ORIGINAL", "=======", ">>>>>>> UPDATED"] }),
  "marks without a name at the end": styled({ marks: ["<<<<<<< SEARCH", "=======", ">>>>>>>"] }),
  "end mark missing in a fence": styled({ marks: ["<<<<<<< SEARCH", "=======", NONE] }),
  "in a list, indented": styled({}, (blocks) =>
    blocks
      .map(
        (text, i) =>
          `${i + 1}. Change:\n\n${text
            .split("\n")
            .map((line) => (line === "" ? "" : `   ${line}`))
            .join("\n")}`,
      )
      .join("\n\n"),
  ),
  "trailing white space added": styled({ sides: (change) => contextMapped(change, (line) => `${line}  `) }),
  "trailing white space lost": trailingLost,
  "indentation lost": styled({ sides: dedented }),
  "indentation added": styled({ sides: both((line) => (isText(line) ? `    ${line}` : line)) }),
  "indentation of the first line lost": styled({ sides: firstTrimmed }),
  "indentation doubled": styled({ sides: widened }),
  "spaces for the file's tabs": onlyIf(eachIndented, withProgram(tabs)),
  "tabs for the file's spaces": onlyIf(
    eachIndented,
    styled({ sides: (c) => ({ search: c.before.map(tabs), replace: c.after.map(tabs) }) }),
  ),
  "blank lines dropped": styled({ sides: (change) => blankDropped(change) }),
  "blank lines added around": styled({
    sides: ({ before, after }) => ({ search: ["", ...before, ""], replace: ["", ...after, ""] }),
  }),
  "spacing in context changed": styled({
    sides: (change) => contextMapped(change, (line) => line.replaceAll(/(\S) (?=[=+{])/g, "$1  ")),
  }),
  "Windows line endings in the file": withProgram((text) => text.replaceAll("\n", "\r\n")),
  "Windows line endings in the answer": (meant, random) => ({
    answer: (plain(meant, random) as Mutated).answer.replaceAll("\n", "\r\n"),
  }),
  "byte order mark in the file": withProgram((text) => `\ufeff${text}`),
  "no line break at the end of the file": endOfFile,
  "ellipsis in both sides": (meant) => ellipsis(meant, "both"),
  "ellipsis in the new text": (meant) => ellipsis(meant, "new"),
  "HTML escapes in the block": styled({ sides: (c) => (both(escaped)(c) === null ? null : both(escaped)(c)) }),
  "HTML escapes everywhere": (meant, random) => ({ answer: escaped((plain(meant, random) as Mutated).answer) }),
  "line numbers": styled({ sides: numbered }),
  "typographic quotes": styled({ sides: both(curly) }),
  "blocks out of order": onlyIf(
    (meant) => meant.changes.length > 1,
    styled({}, (blocks) => blocks.toReversed().join("\n\n")),
  ),
  "one block twice": styled({}, (blocks) => [...blocks, blocks[0]].join("\n\n")),
  "one file, no path": onlyIf(isSingle, styled({ path: () => NONE })),
};

/** Blank lines of the context, not beside a change. */
function blankDropped(change: Change): Sides | null {
  const { before, after, above, below } = change;
  const keeps = (lines: readonly string[]): string[] =>
    lines.filter((line, i) => isText(line) || (i >= above - 1 && i <= lines.length - below) || i === 0);
  return keeps(before).length === before.length ? null : { search: keeps(before), replace: keeps(after) };
}
