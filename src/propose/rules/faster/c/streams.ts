/**
 * C++: a stream is dear to make, since it asks for the language of the place; one that is made anew in every call is kept and given its new
 * text. And streams that do not wait for C's own output and input.
 */
import { ancestors, childOf, namedChildren, type SyntaxNode } from "../../../../syntax/tree.ts";
import { brief, lineBreakOf, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";

export const streams: Rule = {
  name: "streams",
  weight: 1.2,
  find: (source) =>
    source.language === "cpp" ? [...unsynced(source), ...source.nodes.flatMap((node) => kept(source, node))] : [],
};

const STDIO =
  /\b(?:v?f?printf|v?f?scanf|f?puts|f?putc|putchar|f?getc|getchar|fgets|fwrite|fread|fflush|stdout|stdin|stderr|perror)\b/;

/** At the beginning of `main`, where nothing else of the program prints or reads. */
function unsynced(source: Source): Rewrite[] {
  const { text } = source;
  if (/sync_with_stdio/.test(text) || STDIO.test(text) || /^[ \t]*#\s*include\s*"/m.test(text)) return [];
  if (!/#\s*include\s*<iostream>/.test(text) || !/\b(?:cin|cout)\b/.test(text)) return [];
  const main = source.nodes.find(
    (node) =>
      node.type === "function_definition" && /^main\s*\(/.test(sourceOf(source, childOf(node, "declarator") ?? node)),
  );
  const body = main === undefined ? undefined : childOf(main, "body");
  if (body === undefined) return [];
  const at = body.start + 1;
  const gap = `${lineBreakOf(source)}    `;
  return [
    {
      description: "cin and cout without C's buffers",
      at,
      replacements: [
        { start: at, end: at, text: `${gap}std::ios::sync_with_stdio(false);${gap}std::cin.tie(nullptr);` },
      ],
    },
  ];
}

/** What stays with a stream from one text to the next. */
const STICKS =
  /\b(?:hex|oct|setw|setfill|setprecision|fixed|scientific|boolalpha|noskipws|uppercase|showpos|imbue|exceptions|rdbuf|precision|width|flags|setf)\b/;

/** `std::stringstream in(line);` */
function kept(source: Source, node: SyntaxNode): Rewrite[] {
  const found = node.type === "declaration" ? DECLARED.exec(sourceOf(source, node)) : null;
  const [, type, name, value] = found ?? [];
  const owner = [...ancestors(node)].find((up) => up.type === "function_definition");
  if (type === undefined || name === undefined || value === undefined || owner === undefined) return [];
  const [body, code] = [childOf(owner, "body"), sourceOf(source, owner)];
  const scope = node.parent;
  if (body === undefined || scope === null || STICKS.test(code) || isAgain(source, owner)) return [];
  const isGivenAway = new RegExp(String.raw`\bmove\(\s*${name}\b|\breturn\s+${name}\s*;|&\s*${name}\b`).test(code);
  const isInside = scope === body ? functionNameOf(source, owner) !== "main" : namedChildren(scope).includes(node);
  if (isGivenAway || !isInside) return [];
  const text = `static thread_local ${type} ${name}; ${name}.clear(); ${name}.str(${value});`;
  return [
    {
      description: `keep the stream ${brief(name)}`,
      at: node.start,
      replacements: [{ start: node.start, end: node.end, text }],
    },
  ];
}

const DECLARED = /^((?:std::)?i?stringstream)\s+(\w+)\s*[({]\s*([\w.[\]>-]+)\s*[)}]\s*;$/;

const functionNameOf = (source: Source, owner: SyntaxNode): string =>
  /([\w~]+)\s*\(/.exec(sourceOf(source, childOf(owner, "declarator") ?? owner))?.[1] ?? "";

/** Whether a function may come to itself, directly or by one of those that it calls: its stream would be another's. */
function isAgain(source: Source, owner: SyntaxNode): boolean {
  const name = functionNameOf(source, owner);
  const calls = new RegExp(String.raw`\b${name}\s*\(`);
  const body = sourceOf(source, childOf(owner, "body") ?? owner);
  return source.nodes.some((node) => {
    if (node.type !== "function_definition") return false;
    const isCalled = node === owner || new RegExp(String.raw`\b${functionNameOf(source, node)}\s*\(`).test(body);
    return isCalled && calls.test(sourceOf(source, childOf(node, "body") ?? node));
  });
}
