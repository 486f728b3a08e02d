/** Rust: a vector whose first element is taken out again and again moves all others each time; a ring of the same elements does not. */
import { childOf, type SyntaxNode } from "../../../../syntax/tree.ts";
import { callParts, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";

export const queues: Rule = {
  name: "queues",
  weight: 1.2,
  find: (source) => {
    if (source.language !== "rust") return [];
    const names = new Set(source.nodes.flatMap((node) => frontOf(source, node) ?? []));
    return [...names].flatMap((name) => ring(source, name));
  },
};

/** `queue` of `queue.remove(0)` and `self.queue.insert(0, x)`. */
function frontOf(source: Source, node: SyntaxNode): string | undefined {
  const [name, method] = methodOf(source, node);
  const first = callParts(node)?.values[0];
  return first !== undefined && /^(?:remove|insert)$/.test(method ?? "") && sourceOf(source, first) === "0"
    ? name
    : undefined;
}

function methodOf(source: Source, node: SyntaxNode): readonly (string | undefined)[] {
  const parts = callParts(node);
  const [, name, method] =
    parts === null ? [] : (/^(?:\w+\.)*(\w+)\s*\.(\w+)$/.exec(sourceOf(source, parts.callee)) ?? []);
  return [name, method];
}

/** All uses of one name in the file; another of the same name does not compile, or is one, too. */
function ring(source: Source, name: string): Rewrite[] {
  const made = source.nodes.flatMap((node) => madeAs(source, node, name));
  const [first] = made;
  if (first === undefined || /\bVecDeque\b/.test(source.text.slice(first.start - 40, first.end))) return [];
  const uses = source.nodes.flatMap((node) => usedAs(source, node, name));
  return [{ description: `${name} becomes a ring`, at: first.start, replacements: [...made, ...uses] }];
}

type Replacement = Rewrite["replacements"][number];
const DEQUE = "std::collections::VecDeque";

function madeAs(source: Source, node: SyntaxNode, name: string): Replacement[] {
  if (!/^(?:let_declaration|field_declaration|field_initializer)$/.test(node.type)) return [];
  const target = childOf(node, "pattern", "name", "field");
  if (target === undefined || sourceOf(source, target) !== name) return [];
  const [type, value] = [childOf(node, "type"), childOf(node, "value")];
  const vector = type?.type === "generic_type" ? childOf(type, "type") : undefined;
  const code = value === undefined ? "" : sourceOf(source, value);
  const made =
    value !== undefined && /^(?:Vec(?:::<[^()]*>)?::(?:new|with_capacity)\(|vec!\s*\[)/.test(code) ? value : undefined;
  return [
    ...(vector !== undefined && sourceOf(source, vector) === "Vec"
      ? [{ start: vector.start, end: vector.end, text: DEQUE }]
      : []),
    ...(made === undefined ? [] : [{ start: made.start, end: made.end, text: `${DEQUE}::from(${code})` }]),
  ];
}

const NAMES: Readonly<Record<string, string>> = {
  push: "push_back",
  pop: "pop_back",
  first: "front",
  last: "back",
  first_mut: "front_mut",
  last_mut: "back_mut",
};

function usedAs(source: Source, node: SyntaxNode, name: string): Replacement[] {
  const [object, method = ""] = methodOf(source, node);
  const parts = callParts(node);
  const list = childOf(node, "arguments");
  const field = parts === null ? undefined : childOf(parts.callee, "field");
  if (object !== name || parts === null || field === undefined || list === undefined) return [];
  const other = NAMES[method];
  if (other !== undefined) return [{ start: field.start, end: field.end, text: other }];
  const [first, second] = parts.values;
  const isFront = first !== undefined && sourceOf(source, first) === "0";
  if (method === "remove")
    return isFront
      ? [{ start: field.start, end: list.end, text: "pop_front().unwrap()" }]
      : [{ start: list.end, end: list.end, text: ".unwrap()" }];
  return method === "insert" && isFront && second !== undefined
    ? [{ start: field.start, end: second.start, text: "push_front(" }]
    : [];
}
