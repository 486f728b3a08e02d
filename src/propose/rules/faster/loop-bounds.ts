/** A loop begins past what it skips: with `if (j <= i) continue;` in it, `j` may begin at `i + 1`. */
import { namedChildren, type SyntaxNode } from "../../../syntax/tree.ts";
import { isPython, type Rewrite, type Rule, type Source, sourceOf } from "../rule.ts";
import { bodyOf } from "./loops.ts";

export const loopBounds: Rule = {
  name: "loop-bounds",
  weight: 1,
  find: (source) =>
    source.nodes.flatMap((loop) => {
      const body = loop.type.startsWith("for") ? bodyOf(loop) : undefined;
      if (body === undefined) return [];
      const block =
        namedChildren(body).length === 1 && /list/.test(namedChildren(body)[0]?.type ?? "")
          ? namedChildren(body)[0]
          : body;
      const skips = namedChildren(block ?? body).filter(
        ({ type }) => type.startsWith("if_") || type === "expression_statement",
      );
      return skips.slice(0, 2).flatMap((skip) => begun(source, loop, { skip, body }));
    }),
};

const SKIP = /^if\s*\(?\s*(\w+)\s*(<=?)\s*(\w+)\s*\)?\s*[:{]?\s*continue;?\s*\}?;?$/;

function begun(source: Source, loop: SyntaxNode, { skip, body }: { skip: SyntaxNode; body: SyntaxNode }): Rewrite[] {
  const [, name, sign, bound] = SKIP.exec(sourceOf(source, skip)) ?? [];
  if (name === undefined || bound === undefined) return [];
  const from = sign === "<" ? bound : `${bound} + 1`;
  const head = source.text.slice(loop.start, body.start);
  const found = new RegExp(START(source, name), "d").exec(head)?.indices?.[1];
  if (found === undefined) return [];
  const [start, end] = [loop.start + found[0], loop.start + found[1]];
  const text = isPython(source) ? `${from}, ` : from;
  return [{ description: `begin ${name} at ${from}`, at: loop.start, replacements: [{ start, end, text }] }];
}

/** Where a loop says that it begins at 0. */
const START = (source: Source, name: string): string =>
  isPython(source)
    ? String.raw`\b${name}\s+in\s+range\((0,\s*|(?=[^,]*\)\s*:))`
    : String.raw`\b${name}\s*(?::?=|in)\s*(0)\b`;
