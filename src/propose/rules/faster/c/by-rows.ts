/**
 * C, C++ and Rust: a product of matrices is added up row by row. A sum that goes down a column reads a line of memory for every number; with the
 * loops exchanged each is added in the same order, and reads what lies side by side.
 */
import { namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { brief, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { bodyOf, indentOf, isInBlock } from "../loops.ts";

export const byRows: Rule = {
  name: "by-rows",
  weight: 1.2,
  find: (source) =>
    /^(?:cpp|rust)$/.test(source.language)
      ? source.nodes
          .filter(({ type }) => /^for_(?:statement|expression)$/.test(type))
          .flatMap((loop) => exchanged(source, loop))
      : [],
};

const DECLARED = /^(?:(double|float|long|int|long long)|let mut)\s+(\w+)(?::\s*\w+)?\s*=\s*([\d._fu]+|0)\s*;$/;

function exchanged(source: Source, loop: SyntaxNode): Rewrite[] {
  const indent = indentOf(source, loop);
  const [body, parts] = [bodyOf(loop), statementsOf(bodyOf(loop))];
  const [first, sum, last] = parts;
  if (
    indent === undefined ||
    !isInBlock(loop) ||
    body === undefined ||
    first === undefined ||
    sum === undefined ||
    last === undefined
  )
    return [];
  const inner = sum.type === "expression_statement" ? namedChildren(sum)[0] : sum;
  const innerBody = inner === undefined ? undefined : bodyOf(inner);
  const [added, ...others] = statementsOf(innerBody);
  const [, type, name, start] = DECLARED.exec(sourceOf(source, first)) ?? [];
  if (
    parts.length !== 3 ||
    inner === undefined ||
    innerBody === undefined ||
    added === undefined ||
    others.length > 0 ||
    name === undefined
  )
    return [];
  const [, term] = new RegExp(String.raw`^${name}\s*\+=\s*(.*?)\s*;$`, "s").exec(sourceOf(source, added)) ?? [];
  const [, target] = new RegExp(String.raw`^(.*?\])\s*=\s*${name}\s*;$`, "s").exec(sourceOf(source, last)) ?? [];
  if (term === undefined || target === undefined || !isAdding(added)) return [];
  const [head, innerHead] = [headOf(source, loop, body), headOf(source, inner, innerBody)];
  const [column, row] = [indexOf(head), indexOf(innerHead)];
  const isFit = fits(source, { type, name, term, target, column, row, innerHead });
  if (!isFit || new RegExp(String.raw`\b${row}\b`).test(head)) return [];
  const lines = [
    `${head} {`,
    `    ${target} = ${start};`,
    "}",
    `${innerHead} {`,
    `    ${head} {`,
    `        ${target} += ${term};`,
    "    }",
    "}",
  ];
  return [
    {
      description: `add up ${brief(target)} row by row`,
      at: loop.start,
      replacements: [{ start: loop.start, end: loop.end, text: lines.join(`\n${indent}`) }],
    },
  ];
}

const statementsOf = (body: SyntaxNode | undefined): readonly SyntaxNode[] =>
  body === undefined ? [] : /^(?:compound_statement|block)$/.test(body.type) ? namedChildren(body) : [body];

const headOf = (source: Source, loop: SyntaxNode, body: SyntaxNode): string =>
  source.text.slice(loop.start, body.start).trimEnd();

/** The variable that a loop counts; "" for what counts nothing. */
const indexOf = (head: string): string =>
  /^for\s*\(?\s*(?:(?:int|size_t|std::size_t|long|unsigned|auto)\s+)?(\w+)\s*(?:=|in\b)/.exec(head)?.[1] ?? "";

/** A sum of elements and numbers, without calls. */
const isAdding = (added: SyntaxNode): boolean =>
  ![...walk(added)].some(({ type }) => /^(?:call|macro|update|lambda|closure)/.test(type)) &&
  [...walk(added)].filter(({ type }) => /^(?:assignment|compound_assignment)/.test(type)).length === 1;

interface Sum {
  readonly type: string | undefined;
  readonly name: string;
  readonly term: string;
  readonly target: string;
  readonly column: string;
  readonly row: string;
  readonly innerHead: string;
}

/** Whether the sum goes down a column of one array into a row of another, of the same type. */
function fits(source: Source, { type, name, term, target, column, row, innerHead }: Sum): boolean {
  const base = /^(?:\w+(?:\.|->))*(\w+)\[/.exec(target)?.[1];
  if (base === undefined || column === "" || row === "" || column === row) return false;
  const mentions = (code: string, word: string) => new RegExp(String.raw`\b${word}\b`).test(code);
  const root = /^\w+/.exec(target)?.[0] ?? base;
  const isColumn = new RegExp(
    String.raw`\[[^\]]*\b${row}\b[^\]]*\]\s*\[\s*${column}\s*\]|\[\s*${row}\s*\*[^\]]*\+\s*${column}\s*\]`,
  ).test(term);
  const isRow = new RegExp(String.raw`\[(?:[^\]]*\+)?\s*${column}\s*\]$`).test(target);
  const isSameType = type === undefined || new RegExp(String.raw`\b${type}\b[^;{}]*\b${base}\b`).test(source.text);
  return (
    isColumn &&
    isRow &&
    isSameType &&
    !mentions(innerHead, column) &&
    !mentions(innerHead, name) &&
    !mentions(term, root) &&
    !mentions(term, name) &&
    !mentions(target, row) &&
    !mentions(target, name)
  );
}
