/** A list that is asked what it contains becomes a set: in the whole file, where it is made and where it grows. */
import { childOf, type SyntaxNode } from "../../../syntax/tree.ts";
import { isPython, isScript, type Rewrite, type Rule, type Source, sourceOf } from "../rule.ts";

export const membership: Rule = {
  name: "membership",
  weight: 1.2,
  find: (source) => [...literals(source), ...variables(source)],
};

/** `x in [1, 2]`: a constant set is made once. */
function literals(source: Source): Rewrite[] {
  if (!isPython(source)) return [];
  return source.nodes.flatMap((node) => {
    const list = node.type === "comparison_operator" ? node.children.at(-1) : undefined;
    const isIn = node.children.some(({ type }) => /^(?:in|not in)$/.test(type));
    if (list === undefined || !isIn || !/^(?:list|tuple)$/.test(list.type) || list.children.length < 4) return [];
    const code = sourceOf(source, list);
    return [replaced("a set in the place of a list", list.start, [{ node: list, text: `{${code.slice(1, -1)}}` }])];
  });
}

interface Use {
  readonly node: SyntaxNode;
  readonly text: string;
}

function variables(source: Source): Rewrite[] {
  if (!isPython(source) && !isScript(source)) return [];
  const asked = new Set(source.nodes.flatMap((node) => askedOf(source, node)?.name ?? []));
  return [...asked].flatMap((name) => {
    const made = source.nodes.flatMap((node) => madeAs(source, node, name));
    if (made.length === 0) return [];
    const grown = source.nodes.flatMap((node) => grownBy(source, node, name));
    const checks = isScript(source) ? source.nodes.flatMap((node) => askedOf(source, node, name)?.use ?? []) : [];
    const [first] = made;
    return first === undefined
      ? []
      : [replaced(`${name} becomes a set`, first.node.start, [...made, ...grown, ...checks])];
  });
}

const replaced = (description: string, at: number, uses: readonly Use[]): Rewrite => ({
  description,
  at,
  replacements: uses.map(({ node, text }) => ({ start: node.start, end: node.end, text })),
});

/** The name, `self.seen` too, that `x in name` or `name.includes(x)` asks, and the call as a set has it. */
function askedOf(source: Source, node: SyntaxNode, wanted?: string): { name: string; use: Use[] } | undefined {
  if (isPython(source)) {
    const list = node.type === "comparison_operator" ? node.children.at(-1) : undefined;
    const isIn = node.children.some(({ type }) => /^(?:in|not in)$/.test(type));
    return list !== undefined && isIn && NAME.test(sourceOf(source, list))
      ? { name: sourceOf(source, list), use: [] }
      : undefined;
  }
  const callee = node.type === "call_expression" ? childOf(node, "function") : undefined;
  const [object, method] = callee === undefined ? [] : [childOf(callee, "object"), childOf(callee, "property")];
  if (object === undefined || method === undefined || sourceOf(source, method) !== "includes") return undefined;
  const name = sourceOf(source, object);
  return NAME.test(name) && (wanted === undefined || wanted === name)
    ? { name, use: [{ node: method, text: "has" }] }
    : undefined;
}

const NAME = /^[\p{L}_$][\p{L}\p{N}_$]*(?:\.[\p{L}_$][\p{L}\p{N}_$]*)?$/u;

/** Where it is given a value: an empty list, a list, or what makes one. */
function madeAs(source: Source, node: SyntaxNode, name: string): Use[] {
  if (!/^(?:assignment|variable_declarator|assignment_expression)$/.test(node.type)) return [];
  const [target, value] = [childOf(node, "left", "name"), childOf(node, "right", "value")];
  if (target === undefined || value === undefined || sourceOf(source, target) !== name) return [];
  const code = sourceOf(source, value);
  if (/^(?:new Set|set\(|\{|frozenset|dict|["'`\d])/.test(code)) return [];
  const isEmpty = /^\[\s*\]$|^list\(\)$/.test(code);
  return [
    {
      node: value,
      text: isPython(source) ? (isEmpty ? "set()" : `set(${code})`) : isEmpty ? "new Set()" : `new Set(${code})`,
    },
  ];
}

/** `.append(x)` and `.push(x)` are `.add(x)`; a script's `.length` is `.size`. */
function grownBy(source: Source, node: SyntaxNode, name: string): Use[] {
  if (!/^(?:attribute|member_expression)$/.test(node.type)) return [];
  const [object, member] = [childOf(node, "object"), childOf(node, "attribute", "property")];
  if (object === undefined || member === undefined || sourceOf(source, object) !== name) return [];
  const method = sourceOf(source, member);
  const other = { append: "add", push: "add", extend: "update", length: "size" }[method];
  return other === undefined || (isPython(source) && method === "length") ? [] : [{ node: member, text: other }];
}
