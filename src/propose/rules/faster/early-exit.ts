/** A loop that looks for something ends when it has found it: `break` after `found = true`. */
import { ancestors, namedChildren, type SyntaxNode } from "../../../syntax/tree.ts";
import { brief, insertedAfter, type Rule, sourceOf } from "../rule.ts";
import { isLoop } from "./loops.ts";

export const earlyExit: Rule = {
  name: "early-exit",
  weight: 0.8,
  find: (source) =>
    source.nodes.flatMap((node) => {
      const code = sourceOf(source, node);
      if (!STATEMENT.test(node.type) || !FOUND.test(code) || !isLastInCondition(node)) return [];
      const end = /;\s*$/.test(code) ? ";" : "";
      return [insertedAfter(source, node, { code: `break${end}`, description: `break after ${brief(code)}` })];
    }),
};

const STATEMENT = /^(?:expression_statement|assignment|assignment_statement)$/;
/** A plain assignment of true or false, or to what is called as if it had been looked for. */
const FOUND =
  /^(?:[\p{L}\p{N}_.$]+\s*=\s*(?:[Tt]rue|[Ff]alse)|[\p{L}\p{N}_.$]*(?:found|match|result|index|hit|exists|first|has)\w*\s*=\s*(?:\$?[\p{L}_][\p{L}\p{N}_.]*|-?\d+))\s*;?$/iu;

/** Whether it is the last of what an `if` in a loop does; in the grammars whose assignments are statements, once only. */
function isLastInCondition(node: SyntaxNode): boolean {
  if (node.parent?.type === "expression_statement") return false;
  const block = node.parent;
  if (
    block === null ||
    namedChildren(block).at(-1) !== node ||
    !/block|compound|body|statement_list|then/.test(block.type)
  )
    return false;
  const above = [...ancestors(node)];
  const condition = above.findIndex(({ type }) => /^(?:if|if_statement|if_expression)$/.test(type));
  const loop = above.findIndex(isLoop);
  const scope = above.findIndex(({ type }) => /function|method|lambda|closure/.test(type));
  return condition >= 0 && loop > condition && (scope < 0 || scope > loop);
}
