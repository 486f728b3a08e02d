/** The rows of a table of Go are cut out of one piece of memory: one allocation instead of one for each row. */
import { childOf, namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { lineBreakOf, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { changesIn, indentOf } from "../loops.ts";
import { freeName, isGo, isInList, pairOf } from "./scopes.ts";

export const flatTables: Rule = {
  name: "flat-tables",
  weight: 1,
  find: (source) => (isGo(source) ? source.nodes.flatMap((node) => flat(source, node)) : []),
};

/** `for i := range rows { rows[i] = make([]T, width) … }` */
function flat(source: Source, node: SyntaxNode): Rewrite[] {
  const list =
    node.type === "for_statement" && isInList(node)
      ? childOf(node, "body")?.children.find(({ named }) => named)
      : undefined;
  const counter = /^for (\w+) := (?:range (\w+)|0; \1 < .+; \1\+\+) \{/.exec(sourceOf(source, node))?.[1];
  const indent = indentOf(source, node);
  if (list === undefined || counter === undefined || indent === undefined) return [];
  for (const statement of namedChildren(list)) {
    const row = rowAt(source, statement, counter);
    if (row === undefined || !isFixed(source, node, row.width, counter)) continue;
    const [cells, width] = [freeName(source, "cells"), sourceOf(source, row.width)];
    const factor = /^\w+$/.test(width) ? width : `(${width})`;
    const eol = lineBreakOf(source);
    const cut = `${cells}[${counter}*${factor} : (${counter}+1)*${factor} : (${counter}+1)*${factor}]`;
    return [
      {
        description: `the rows of ${row.table} in one piece`,
        at: node.start,
        replacements: [
          {
            start: node.start,
            end: node.start,
            text: `${cells} := make([]${row.element}, len(${row.table})*${factor})${eol}${indent}`,
          },
          { start: row.value.start, end: row.value.end, text: cut },
        ],
      },
    ];
  }
  return [];
}

interface Row {
  readonly table: string;
  readonly value: SyntaxNode;
  readonly element: string;
  readonly width: SyntaxNode;
}

function rowAt(source: Source, statement: SyntaxNode, counter: string): Row | undefined {
  const pair = pairOf(statement);
  const [, table, index] = pair === undefined ? [] : (/^(\w+)\[(\w+)\]$/.exec(sourceOf(source, pair.left)) ?? []);
  if (pair === undefined || table === undefined || index !== counter || pair.right.type !== "call_expression")
    return undefined;
  const parts = childOf(pair.right, "arguments");
  const [type, width, ...others] = parts === undefined ? [] : namedChildren(parts);
  const element = type?.type === "slice_type" ? childOf(type, "element") : undefined;
  const isMake = sourceOf(source, childOf(pair.right, "function") ?? pair.right) === "make";
  return isMake && width !== undefined && element !== undefined && others.length === 0
    ? { table, value: pair.right, element: sourceOf(source, element), width }
    : undefined;
}

/** Names, numbers and lengths that the loop leaves alone. */
function isFixed(source: Source, loop: SyntaxNode, width: SyntaxNode, counter: string): boolean {
  const { names } = changesIn(source, loop);
  return [...walk(width)].every((node) => {
    if (node.type === "identifier") return !names.has(sourceOf(source, node)) && sourceOf(source, node) !== counter;
    if (node.type === "call_expression") return /^len\(\w+\)$/.test(sourceOf(source, node));
    return !node.named || /^(?:int_literal|binary_expression|argument_list|parenthesized_expression)$/.test(node.type);
  });
}
