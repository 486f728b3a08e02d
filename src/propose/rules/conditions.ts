/** Conditions: negated, relaxed to one of their sides, or decided for good. */
import { operatorOf } from "../../syntax/literal-place.ts";
import { childOf, namedChildren, type SyntaxNode } from "../../syntax/tree.ts";
import {
  brief,
  isOffLimits,
  isPython,
  replaceNode,
  type Rewrite,
  type Rule,
  type Source,
  sourceOf,
  statementOf,
  steersLoop,
} from "./rule.ts";

export const conditions: Rule = {
  name: "conditions",
  weight: 0.6,
  find: (source) =>
    source.nodes.flatMap((node) =>
      isOffLimits(node) ? [] : [...negated(source, node), ...relaxed(source, node), ...decided(source, node)],
    ),
};

function negated(source: Source, node: SyntaxNode): Rewrite[] {
  const condition = /^(?:if_statement|if_expression|elif_clause)$/.test(node.type)
    ? childOf(node, "condition")
    : undefined;
  if (condition === undefined || isGuard(source, node) || steersLoop(source, node)) return [];
  const code = sourceOf(source, condition);
  // Rust's `if let` and declarations in a condition have no opposite, and without its main a script does nothing.
  if (/^\(?\s*let\b|__name__/.test(code)) return [];
  const bare =
    code.startsWith("(") && code.endsWith(")") && /^(?:parenthesized|condition_clause)/.test(condition.type)
      ? code.slice(1, -1)
      : code;
  const opposite = isPython(source) ? `not (${bare})` : bare === code ? `!(${bare})` : `(!(${bare}))`;
  return [replaceNode(condition, opposite, `negate if ${brief(bare)}`)];
}

/** An `if` whose only business is to fail, to leave or to talk. */
const isGuard = (source: Source, node: SyntaxNode): boolean =>
  /^\s*(?:\{\s*)?(?:throw|raise|panic|return|continue|break|exit|print|console|log)\b/.test(
    source.text.slice(childOf(node, "consequence")?.start ?? node.end, node.end),
  );

function relaxed(source: Source, node: SyntaxNode): Rewrite[] {
  if (!/^(?:&&|\|\||and|or)$/.test(operatorOf(node) ?? "")) return [];
  if (isGuard(source, statementOf(node))) return [];
  return namedChildren(node).map((side) =>
    replaceNode(
      node,
      sourceOf(source, side),
      `relax ${brief(sourceOf(source, node))} to ${brief(sourceOf(source, side))}`,
    ),
  );
}

/** `a ? b : c` becomes b, or c. */
function decided(source: Source, node: SyntaxNode): Rewrite[] {
  if (!/^(?:ternary_expression|conditional_expression)$/.test(node.type)) return [];
  const [first, second, third] = namedChildren(node);
  const branches = isPython(source) ? [first, third] : [second, third];
  return branches.flatMap((branch) =>
    branch === undefined
      ? []
      : [replaceNode(node, sourceOf(source, branch), `always ${brief(sourceOf(source, branch))}`)],
  );
}
