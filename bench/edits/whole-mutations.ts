/** Ways in which a well-meant whole file goes astray: where its name stands, what the fence cannot say, what is left out. */
import type { Mutated, Mutation } from "./block-mutations.ts";
import { lang, linesOf, textOf, type Change, type Meant } from "./cases.ts";

interface WholeStyle {
  readonly path?: (path: string) => string;
  readonly open?: (path: string) => string;
  readonly close?: string;
  readonly text?: (text: string, meant: Meant) => string | null;
}

const pathOf = (meant: Meant): string => (meant.changes[0] as Change).path;
const hasFence = (text: string): boolean => /^ {0,3}(?:```|~~~)/m.test(text);

const whole =
  (style: WholeStyle): Mutation =>
  (meant) => {
    const path = pathOf(meant);
    const after = meant.intended[path] as string;
    const text = (style.text ?? ((same) => same))(after, meant);
    if (text === null || (hasFence(text) && style.close === undefined)) return null;
    const open = style.open === undefined ? `\`\`\`${lang(path)}` : style.open(path);
    const name = style.path === undefined ? path : style.path(path);
    return { answer: `${name}\n${open}\n${text}${style.close ?? "```"}\n` };
  };

const onFiles = (meant: Meant, map: (text: string) => string): Omit<Mutated, "answer"> => {
  const on = (files: Meant["program"]): Meant["program"] =>
    Object.fromEntries(Object.entries(files).map(([path, text]) => [path, map(text)]));
  return { program: on(meant.program), intended: on(meant.intended) };
};

const withFiles =
  (map: (text: string) => string): Mutation =>
  (meant, random) => {
    const plain = whole({})(meant, random);
    return plain === null ? null : { ...plain, ...onFiles(meant, map) };
  };

/** Everything but the neighbourhood of the change, which has lines of its own at both ends. */
function shortened(text: string, meant: Meant): string | null {
  const [change] = meant.changes as [Change];
  if (meant.changes.length !== 1) return null;
  const [lines, old] = [linesOf(text), linesOf(meant.program[change.path] as string)];
  const [first, last] = [change.start, change.start + change.after.length - 1];
  const isAlone = (line: string | undefined): boolean =>
    line !== undefined && line.trim() !== "" && old.filter((other) => other === line).length === 1;
  if (first < 3 || last > lines.length - 4 || !isAlone(lines[first]) || !isAlone(lines[last])) return null;
  if (text.includes("...")) return null;
  return textOf(["// ... existing code ...", ...lines.slice(first, last + 1), "// ... rest of the file unchanged ..."]);
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const numbered = (text: string): string =>
  textOf(linesOf(text).map((line, i) => `${String(i + 1).padStart(4)} | ${line}`));

export const WHOLE_MUTATIONS: Readonly<Record<string, Mutation>> = {
  plain: whole({}),
  "path in prose": whole({ path: (path) => `Here is the new version of \`${path}\`:` }),
  "path in a heading": whole({ path: (path) => `### ${path}\n` }),
  "path in the fence": whole({ path: () => "Here it is.", open: (path) => `\`\`\`${lang(path)}:${path}` }),
  "path absolute": whole({ path: (path) => `/workspace/${path}` }),
  "one file, no path": (meant, random) =>
    Object.keys(meant.program).length === 1 ? whole({ path: () => "Here is all of it." })(meant, random) : null,
  "with a shell command": whole({
    close: "```\n\nRun it:\n\n```sh\nnpm test\n```",
    text: (text) => (hasFence(text) ? null : text),
  }),
  "longer fences": whole({ open: (path) => `\`\`\`\`${lang(path)}`, close: "````" }),
  tildes: whole({ open: () => "~~~", close: "~~~", text: (text) => (/^~~~/m.test(text) ? null : text) }),
  "fence not closed": whole({ close: "", text: (text) => (hasFence(text) ? null : text.replace(/\n$/, "")) }),
  "Windows line endings in the file": withFiles((text) => text.replaceAll("\n", "\r\n")),
  "byte order mark in the file": withFiles((text) => `\ufeff${text}`),
  "no line break at the end of the file": withFiles((text) => text.replace(/\n$/, "")),
  "HTML escapes": whole({ text: (text) => (/&\w+;/.test(text) || !/[<>]/.test(text) ? null : escaped(text)) }),
  "line numbers": whole({ text: numbered }),
  "ellipses before and after": whole({ text: shortened }),
};
