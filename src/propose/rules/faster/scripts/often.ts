/** How often a function of a script is called, and where there is room beside it. */
import { ancestors, type SyntaxNode } from "../../../../syntax/tree.ts";
import { type Source, sourceOf } from "../../rule.ts";
import { isLoop } from "../loops.ts";
import { FUNCTION, mentions } from "./changes.ts";
import { topNames } from "./pure.ts";

/** Whether it calls itself, or is called in a loop or a callback, or by a function that is so. */
export function callOften(source: Source, name: string, seen: ReadonlySet<string> = new Set()): boolean {
  if (seen.has(name)) return false;
  return mentions(source, name).some((node) => {
    if (node.field === "name") return false;
    for (const up of ancestors(node)) {
      if (isLoop(up)) return true;
      if (!FUNCTION.test(up.type)) continue;
      const named = topNames(source).get(up);
      if (named === undefined) return up.parent?.type === "arguments";
      return named === name || callOften(source, named, new Set([...seen, name]));
    }
    return node.parent?.type === "arguments";
  });
}

/** Modules are, in which a change of what is frozen throws; a script that says nothing of it is not. */
export const isStrict = (source: Source): boolean =>
  /\.m[jt]s$/.test(source.path) ||
  source.nodes.some(({ type, parent }) => /^(?:import|export)_statement$/.test(type) && parent?.parent === null) ||
  /^(?:\s|\/\/.*|\/\*[^]*?\*\/|#!.*)*["']use strict["']/.test(source.text);

/** Right above a function, unless something is called before: then above all that is no import, for a function may be called before it stands there. */
export function placeFor(source: Source, whole: SyntaxNode): number {
  const statements = (whole.parent?.children ?? []).filter(({ named, type }) => named && type !== "comment");
  const isQuiet = (one: SyntaxNode) => !callsAtOnce(one);
  if (statements.filter(({ start }) => start < whole.start).every(isQuiet)) return whole.start;
  const isImport = (one: SyntaxNode) =>
    /^(?:import_statement|hash_bang_line)$/.test(one.type) || /^["']use \w+["'];?$/.test(sourceOf(source, one));
  return statements[statements.findLastIndex(isImport) + 1]?.start ?? 0;
}

/** Whether a statement calls something when it is reached, and not only in a function that it declares. */
const callsAtOnce = (node: SyntaxNode): boolean =>
  !FUNCTION.test(node.type) &&
  (/^(?:call_expression|class_static_block)$/.test(node.type) || node.children.some(callsAtOnce));
