/** Loops around a place of a Python program, and where there is room for lines before them. */
import { ancestors, childOf, namedChildren, type SyntaxNode } from "../../../../syntax/tree.ts";
import type { Source } from "../../rule.ts";
import { indentOf } from "../loops.ts";

const COMPREHENSION = /comprehension$|^generator_expression$/;

/** What repeats a node within its function, the nearest first: loops by their bodies, comprehensions by all but their first list. */
export function loopsAround(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  let inner = node;
  for (const up of ancestors(node)) {
    if (/^(?:function_definition|lambda|class_definition)$/.test(up.type)) break;
    if (/^(?:for|while)_statement$/.test(up.type) && (inner.field === "body" || inner.field === "condition"))
      found.push(up);
    if (COMPREHENSION.test(up.type) && !isFirstClause(up, inner, node)) found.push(up);
    inner = up;
  }
  return found;
}

const isFirstClause = (comprehension: SyntaxNode, inner: SyntaxNode, node: SyntaxNode): boolean => {
  const clause = namedChildren(comprehension).find(({ type }) => type === "for_in_clause");
  if (clause !== inner) return false;
  const right = childOf(clause, "right");
  return inner === node || (right !== undefined && right.start <= node.start && node.end <= right.end);
};

/** The place for lines that are to run once before a loop or comprehension, and the indentation there. */
export function placeBefore(source: Source, loop: SyntaxNode): { start: number; indent: string } | undefined {
  let inner = loop;
  for (const up of [loop, ...ancestors(loop)]) {
    if (/^(?:lambda|function_definition|class_definition)$/.test(up.type)) return undefined;
    // What stands in a condition or behind `and` is not worked out once, or not always.
    if (
      /^(?:while_statement|elif_clause|conditional_expression|boolean_operator|assert_statement)$/.test(up.type) &&
      up !== loop
    )
      return undefined;
    if (up.parent === null || /^(?:block|module)$/.test(up.parent.type)) {
      inner = up;
      break;
    }
  }
  const indent = indentOf(source, inner);
  return indent === undefined || !inner.type.endsWith("_statement") ? undefined : { start: inner.start, indent };
}
