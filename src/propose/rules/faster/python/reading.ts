/** Whether a copy of Python is only read on the spot, while nothing changes what it is a copy of. */
import { childOf, type SyntaxNode } from "../../../../syntax/tree.ts";
import { callParts, type Source, sourceOf } from "../../rule.ts";
import { isFixedIn } from "./fixed.ts";

/** What takes an argument's elements and keeps none of its shape. */
const READS = /^(?:len|sum|any|all|min|max|set|frozenset|sorted|tuple|list|["'].*["']\.join)$/s;

/** Gone through by a loop that leaves the original alone, handed to what only reads it, or asked what it contains. */
export function isReadHere(source: Source, copy: SyntaxNode): boolean {
  const { parent, field } = copy;
  if (parent === null) return false;
  const original = callParts(copy)?.values[0] ?? childOf(childOf(copy, "function") ?? copy, "object", "value");
  if (/^for_(?:statement|in_clause)$/.test(parent.type) && field === "right" && original !== undefined) {
    const loop = parent.type === "for_statement" ? parent : parent.parent;
    return loop !== null && isFixedIn(source, loop, { parts: [original] });
  }
  if (parent.type === "comparison_operator")
    return parent.children.at(-1) === copy && parent.children.some(({ type }) => /^(?:not )?in$/.test(type));
  const call = parent.type === "argument_list" ? parent.parent : null;
  const parts = call === null ? null : callParts(call);
  return parts?.values.length === 1 && READS.test(sourceOf(source, parts.callee));
}
