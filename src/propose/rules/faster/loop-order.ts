/** Two loops, one directly in the other, in the other order: what lies side by side in memory is then read side by side. Only where no order can be told. */
import { namedChildren, type SyntaxNode } from "../../../syntax/tree.ts";
import { brief, type Rewrite, type Rule, type Source } from "../rule.ts";
import { mayComeInAnyOrder } from "./any-order.ts";
import { bodyOf } from "./loops.ts";

export const loopOrder: Rule = {
  name: "loop-order",
  weight: 1,
  find: (source) =>
    source.nodes.flatMap((outer) => {
      const body = /^(?:enhanced_)?for/.test(outer.type) ? bodyOf(outer) : undefined;
      const inner = body === undefined ? undefined : onlyLoop(body);
      return inner === undefined ? [] : swapped(source, outer, inner);
    }),
};

/** The loop that is all of a body. */
function onlyLoop(body: SyntaxNode): SyntaxNode | undefined {
  if (/^(?:enhanced_)?for/.test(body.type) && bodyOf(body) !== undefined) return body;
  const [only, ...others] = namedChildren(body);
  const isWrapped = /block|body|compound|statement_list|expression_statement|^do$/.test(body.type);
  return only === undefined || others.length > 0 || !isWrapped ? undefined : onlyLoop(only);
}

function swapped(source: Source, outer: SyntaxNode, inner: SyntaxNode): Rewrite[] {
  const [first, second] = [outer, inner].map((loop) => headOf(source, loop));
  const within = bodyOf(inner);
  if (first === undefined || second === undefined || within === undefined || first.text === second.text) return [];
  if (!mayComeInAnyOrder(source, within, [first.text, second.text])) return [];
  return [
    {
      description: `swap the loops ${brief(first.text)} and ${brief(second.text)}`,
      at: outer.start,
      replacements: [
        { start: first.start, end: first.end, text: second.text },
        { start: second.start, end: second.end, text: first.text },
      ],
    },
  ];
}

/** What stands before a loop's body, without the blanks there. */
function headOf(source: Source, loop: SyntaxNode): { start: number; end: number; text: string } | undefined {
  const body = bodyOf(loop);
  if (body === undefined) return undefined;
  const text = source.text.slice(loop.start, body.start).trimEnd();
  return { start: loop.start, end: loop.start + text.length, text };
}
