/** C++: a vector whose first element is taken out again and again moves all others each time; a deque does not. */
import { ancestors, childOf, type SyntaxNode } from "../../../../syntax/tree.ts";
import { type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { withHeaders } from "./headers.ts";

export const queues: Rule = {
  name: "queues",
  weight: 1.2,
  find: (source) => {
    if (source.language !== "cpp") return [];
    const taken = source.nodes.filter((node) => node.type === "call_expression" && atFront(source, node) !== undefined);
    const names = new Set(taken.map((node) => atFront(source, node)));
    return source.nodes.flatMap((node) => {
      const name = nameOf(source, node);
      if (name === undefined || !names.has(name)) return [];
      const isUsed = taken.some(
        (call) =>
          node.parent !== null && atFront(source, call) === name && [...ancestors(call)].includes(scopeOf(node)),
      );
      return isUsed ? deque(source, node, name) : [];
    });
  },
};

/** `queue` of `queue.erase(queue.begin())` and `queue.insert(queue.begin(), x)`. */
const atFront = (source: Source, call: SyntaxNode): string | undefined =>
  /^(?:\w+(?:\.|->))*(\w+)\.(?:erase\(\s*(?:\w+(?:\.|->))*\1\.begin\(\)\s*\)|insert\(\s*(?:\w+(?:\.|->))*\1\.begin\(\)\s*,)/.exec(
    sourceOf(source, call),
  )?.[1];

/** What a vector is called where it is declared. */
function nameOf(source: Source, node: SyntaxNode): string | undefined {
  const [type, declarator] = [childOf(node, "type"), childOf(node, "declarator")];
  if (!/^(?:field_)?declaration$/.test(node.type) || type === undefined || declarator === undefined) return undefined;
  return /^(?:std::)?vector</.test(sourceOf(source, type)) ? /^\w+/.exec(sourceOf(source, declarator))?.[0] : undefined;
}

/** A field is used by the methods of its class, which may be anywhere. */
const scopeOf = (node: SyntaxNode): SyntaxNode =>
  node.type === "field_declaration" ? ([...ancestors(node)].at(-1) as SyntaxNode) : (node.parent as SyntaxNode);

function deque(source: Source, node: SyntaxNode, name: string): Rewrite[] {
  const at = source.text.indexOf("vector", node.start);
  return [
    withHeaders(source, ["deque"], {
      description: `${name} becomes a deque`,
      at: node.start,
      replacements: [{ start: at, end: at + "vector".length, text: "deque" }],
    }),
  ];
}
