/** What callers of a function in the same file hand over to it, and what they do with it afterwards. */
import { childOf, namedChildren, type SyntaxNode } from "../../../../syntax/tree.ts";
import { type Source, sourceOf } from "../../rule.ts";
import { changedMembers, changesOf, FUNCTION, functionAround, mentions, rootOf } from "./changes.ts";
import { pureFunctions, topFunctions } from "./pure.ts";
import { isWithin, propertiesOf } from "./regions.ts";

/** Whether no caller seems to change an argument after the call, or in a loop with it. */
export const isLeftAlone = (source: Source, name: string, place: number): boolean =>
  argumentsOf(source, name, place).every((given) => {
    if (given === undefined || !/^(?:identifier|member_expression|subscript_expression)$/.test(given.type)) return true;
    if (propertiesOf(source, given).some((one) => changedMembers(source).has(one))) return false;
    const top = outermost(functionAround(source, given));
    const root = sourceOf(source, rootOf(source, given).root);
    const isLater = (one: SyntaxNode) => isWithin(one, top) && !isBefore(one, given, top);
    if (mentions(source, root).some((one) => isLater(one) && isForOthers(source, one))) return false;
    return !changesOf(source).some(
      ({ root: changed, depth }) => depth > 0 && sourceOf(source, changed) === root && isLater(changed),
    );
  });

/** An argument of a function of the file that does more than give a value. */
function isForOthers(source: Source, node: SyntaxNode): boolean {
  const call = node.parent?.type === "arguments" ? node.parent.parent : null;
  const name = sourceOf(source, call?.children[0] ?? node);
  return call !== null && topFunctions(source).has(name) && !pureFunctions(source).has(name);
}

/** Whether a caller hands over something that no other call gets. */
export const isMadeAnew = (source: Source, name: string, place: number): boolean =>
  argumentsOf(source, name, place).some(
    (given) => given === undefined || !/^(?:identifier|member_expression)$/.test(given.type),
  );

const argumentsOf = (source: Source, name: string, place: number): readonly (SyntaxNode | undefined)[] =>
  mentions(source, name).flatMap((one) =>
    one.field === "function" && one.parent !== null
      ? [namedChildren(childOf(one.parent, "arguments") ?? one.parent)[place]]
      : [],
  );

/** The function at the top of the file that another one is in. */
export function outermost(around: SyntaxNode): SyntaxNode {
  let top = around;
  for (let up: SyntaxNode | null = around; up !== null; up = up.parent) if (FUNCTION.test(up.type)) top = up;
  return top;
}

/** In a statement of the outermost function that ends before the one with the call. */
function isBefore(changed: SyntaxNode, call: SyntaxNode, top: SyntaxNode): boolean {
  let whole = call;
  while (whole.parent !== null && whole.parent !== top && whole.parent.parent !== top) whole = whole.parent;
  return changed.end <= whole.start;
}
