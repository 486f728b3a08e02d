/** A list that is asked what it contains becomes a set: in the whole file, where it is made and where it grows. */
import { childOf, type SyntaxNode } from "../../../syntax/tree.ts";
import { isPython, isScript, type Rewrite, type Rule, type Source, sourceOf } from "../rule.ts";
import { membershipInPython } from "./python/known-lists.ts";

export const membership: Rule = {
  name: "membership",
  weight: 1.2,
  find: (source) => (isPython(source) ? membershipInPython(source) : isScript(source) ? variables(source) : []),
};

interface Use {
  readonly node: SyntaxNode;
  readonly text: string;
}

function variables(source: Source): Rewrite[] {
  const asked = new Set(source.nodes.flatMap((node) => askedOf(source, node)?.name ?? []));
  return [...asked].flatMap((name) => {
    const made = source.nodes.flatMap((node) => madeAs(source, node, name));
    if (made.length === 0) return [];
    const grown = source.nodes.flatMap((node) => grownBy(source, node, name));
    const checks = source.nodes.flatMap((node) => askedOf(source, node, name)?.use ?? []);
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

/** The name that `name.includes(x)` asks, and the call as a set has it. */
function askedOf(source: Source, node: SyntaxNode, wanted?: string): { name: string; use: Use[] } | undefined {
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
  if (!/^(?:variable_declarator|assignment_expression)$/.test(node.type)) return [];
  const [target, value] = [childOf(node, "left", "name"), childOf(node, "right", "value")];
  if (target === undefined || value === undefined || sourceOf(source, target) !== name) return [];
  const code = sourceOf(source, value);
  if (/^(?:new Set|\{|["'`\d])/.test(code)) return [];
  return [{ node: value, text: /^\[\s*\]$/.test(code) ? "new Set()" : `new Set(${code})` }];
}

/** `.push(x)` is `.add(x)`, `.length` is `.size`. */
function grownBy(source: Source, node: SyntaxNode, name: string): Use[] {
  if (node.type !== "member_expression") return [];
  const [object, member] = [childOf(node, "object"), childOf(node, "property")];
  if (object === undefined || member === undefined || sourceOf(source, object) !== name) return [];
  const other = { push: "add", length: "size" }[sourceOf(source, member)];
  return other === undefined ? [] : [{ node: member, text: other }];
}
