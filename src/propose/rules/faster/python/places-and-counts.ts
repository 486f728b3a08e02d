/**
 * `xs.index(x)` and `xs.count(x)` go through a list at every call: a loop that leaves the list alone looks both up in a table that is made before
 * it. What need not be a list (a text counts pieces of itself) keeps its method.
 */
import { childOf, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { brief, callParts, isPython, lineBreakOf, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { isFixedIn } from "./fixed.ts";
import { loopsAround, placeBefore } from "./places.ts";
import { freeName, imported, namesWithin, type Replacement, scopeOf } from "./scopes.ts";

export const placesAndCounts: Rule = {
  name: "places-and-counts",
  weight: 1,
  find: (source) => (isPython(source) ? source.nodes.flatMap((node) => tabled(source, node)) : []),
};

function tabled(source: Source, call: SyntaxNode): Rewrite[] {
  const parts = call.type === "call" ? callParts(call) : null;
  const [value] = parts?.values ?? [];
  if (parts === null || value === undefined || parts.values.length > 1 || parts.callee.type !== "attribute") return [];
  const [list, method] = [childOf(parts.callee, "object"), childOf(parts.callee, "attribute")];
  const how = method === undefined ? "" : sourceOf(source, method);
  if (list?.type !== "identifier" || !/^(?:index|count)$/.test(how) || isConstant(value) || !isList(source, list))
    return [];
  // A value that is missing is another error then.
  if (how === "index" && /\bexcept\b/.test(source.text)) return [];
  const loops = loopsAround(call);
  const end = loops.findIndex((loop) => !isFixedIn(source, loop, { parts: [list] }));
  const outer = loops[(end < 0 ? loops.length : end) - 1];
  const place = outer === undefined ? undefined : placeBefore(source, outer);
  return place === undefined ? [] : [looked(source, { call, list, value, how, place })];
}

/** One that is looked up again and again is worked out before the loop by another rule. */
const isConstant = (value: SyntaxNode): boolean => /^(?:string|integer|float|none|keyword_argument)$/.test(value.type);

const MAKES = /^(?:list|sorted)\(|\.(?:split|splitlines|readlines)\([^()]*\)$/;

/** Whether all that a function gives a name is a list. */
function isList(source: Source, name: SyntaxNode): boolean {
  const code = sourceOf(source, name);
  const given = [...walk(scopeOf(name))].filter((node) => {
    const left = childOf(node, "left", "alias");
    return left !== undefined && [...namesWithin(left)].some((one) => sourceOf(source, one) === code);
  });
  const isMade = (node: SyntaxNode) => {
    const [left, right] = [childOf(node, "left"), childOf(node, "right")];
    if (node.type !== "assignment" || left?.type !== "identifier" || right === undefined) return false;
    return (
      /^(?:list|list_comprehension)$/.test(right.type) ||
      (callParts(right) !== null && MAKES.test(sourceOf(source, right)))
    );
  };
  // Of a comparison or a sum its left is no name that is given a value.
  const assigned = given.filter(({ type }) => !type.endsWith("operator"));
  return assigned.length > 0 && assigned.every(isMade);
}

interface Looked {
  readonly call: SyntaxNode;
  readonly list: SyntaxNode;
  readonly value: SyntaxNode;
  readonly how: string;
  readonly place: { readonly start: number; readonly indent: string };
}

function looked(source: Source, { call, list, value, how, place }: Looked): Rewrite {
  const code = sourceOf(source, list);
  const name = freeName(source, `${code}_${how === "count" ? "counts" : "places"}`);
  const made =
    how === "count" ? `collections.Counter(${code})` : `{one: i for i, one in reversed(list(enumerate(${code})))}`;
  const imports: readonly Replacement[] = how === "count" ? imported(source, "collections") : [];
  return {
    description: `a table for ${brief(sourceOf(source, call))}`,
    at: place.start,
    replacements: [
      ...imports,
      { start: place.start, end: place.start, text: `${name} = ${made}${lineBreakOf(source)}${place.indent}` },
      { start: call.start, end: call.end, text: `${name}[${sourceOf(source, value)}]` },
    ],
  };
}
