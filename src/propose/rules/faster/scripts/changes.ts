/** What JavaScript and TypeScript change: variables, members, lists, and by which methods. */
import { remember } from "../../../../core/remember.ts";
import { ancestors, childOf, namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { callParts, type Source, sourceOf } from "../../rule.ts";

/** Methods that change what they are called on. */
export const CHANGES =
  /^(?:push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin|set|add|delete|clear|append|setTime|set[A-Z]\w*)$/;

export const FUNCTION =
  /^(?:function_declaration|function_expression|arrow_function|method_definition|generator_function(?:_declaration)?)$/;

const WRAPPED = /^(?:non_null_expression|parenthesized_expression|as_expression|satisfies_expression)$/;
const PART = /^(?:member_expression|subscript_expression)$/;

/** `x` of `(x as T)!` */
export function unwrapped(node: SyntaxNode): SyntaxNode {
  let inner = node;
  while (WRAPPED.test(inner.type)) inner = namedChildren(inner)[0] ?? inner.children[0] ?? inner;
  return inner;
}

/** The expression that a node is, with what wraps it. */
export function wrapping(node: SyntaxNode): SyntaxNode {
  let outer = node;
  while (outer.parent !== null && WRAPPED.test(outer.parent.type)) outer = outer.parent;
  return outer;
}

/** The variable that a place is in, and how deep: `rows` and 2 for `rows[i].name` and `rows.get(i).name`. */
export function rootOf(source: Source, node: SyntaxNode): { readonly root: SyntaxNode; readonly depth: number } {
  let [root, depth] = [unwrapped(node), 0];
  for (;;) {
    const got = methodCall(source, root);
    const object = PART.test(root.type) ? childOf(root, "object") : got?.method === "get" ? got.object : undefined;
    if (object === undefined) break;
    [root, depth] = [unwrapped(object), depth + 1];
  }
  return { root, depth };
}

/** A place that is given another value, or an object that a method changes. */
export interface Change {
  readonly place: SyntaxNode;
  /** How deep below its variable: 0 is the variable itself. */
  readonly depth: number;
  readonly root: SyntaxNode;
}

/** All that a part of a file changes, functions within it included. */
export function* changesBelow(source: Source, top: SyntaxNode): Generator<Change> {
  for (const node of walk(top)) yield* changesBy(source, node);
}

/** Of the whole file, once. */
export const changesOf = remember((source: Source): readonly Change[] =>
  source.nodes.flatMap((node) => [...changesBy(source, node)]),
);

/** Of one mention of a variable, or of what a call gives. */
export const changesAt = (source: Source, root: SyntaxNode): readonly Change[] => byRoot(source).get(root) ?? [];
const byRoot = remember((source: Source) => Map.groupBy(changesOf(source), ({ root }) => root));

function* changesBy(source: Source, node: SyntaxNode): Generator<Change> {
  const target = targetOf(source, node);
  if (target !== undefined) for (const place of placesIn(target)) yield { place, ...rootOf(source, place) };
  const { object, method } = methodCall(source, node) ?? {};
  if (object === undefined || method === undefined || !CHANGES.test(method)) return;
  const { root, depth } = rootOf(source, object);
  yield { place: object, root, depth: depth + 1 };
}

function targetOf(source: Source, node: SyntaxNode): SyntaxNode | undefined {
  if (/^(?:augmented_)?assignment_expression$/.test(node.type)) return childOf(node, "left");
  if (node.type === "update_expression") return childOf(node, "argument");
  if (node.type === "unary_expression" && sourceOf(source, node).startsWith("delete")) return childOf(node, "argument");
  const isOfOld = node.type === "for_in_statement" && childOf(node, "kind") === undefined;
  return isOfOld ? childOf(node, "left") : undefined;
}

/** `a` and `b[i]` of `[a, b[i]] = …` */
function placesIn(target: SyntaxNode): readonly SyntaxNode[] {
  return target.type.endsWith("pattern") ? namedChildren(target).flatMap(placesIn) : [unwrapped(target)];
}

/** `xs.push(x)`: its object, the method's name and the arguments. */
export function methodCall(
  source: Source,
  node: SyntaxNode,
):
  | {
      readonly object: SyntaxNode;
      readonly method: string;
      readonly values: readonly SyntaxNode[];
      readonly name: SyntaxNode;
      /** `xs?.push(x)` */
      readonly isOptional: boolean;
    }
  | undefined {
  if (node.type !== "call_expression") return undefined;
  const parts = callParts(node);
  if (parts === null || parts.callee.type !== "member_expression") return undefined;
  const [object, name] = [childOf(parts.callee, "object"), childOf(parts.callee, "property")];
  return object === undefined || name === undefined
    ? undefined
    : {
        object,
        name,
        method: sourceOf(source, name),
        values: parts.values,
        isOptional: parts.callee.children.some(({ type }) => type === "optional_chain"),
      };
}

/** Names that a function or another part of a file declares, parameters included. */
export function bindingsIn(source: Source, top: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of walk(top)) if (isBinding(node)) names.add(sourceOf(source, node));
  return names;
}

/** Whether an identifier is where something gets its name. */
export function isBinding(node: SyntaxNode): boolean {
  if (node.type === "shorthand_property_identifier_pattern") return isDeclared(node);
  return node.type === "identifier" && isDeclared(node);
}

function isDeclared(node: SyntaxNode): boolean {
  let inner = node;
  for (const up of ancestors(node)) {
    if (up.type === "variable_declarator" || /^(?:function|generator_function|class)/.test(up.type))
      return inner.field === "name";
    if (/^(?:required|optional)_parameter$/.test(up.type)) return inner.field === "pattern" || inner.field === "name";
    if (up.type === "formal_parameters" || up.type === "arrow_function" || up.type === "catch_clause")
      return inner.field !== "body" && inner.field !== "return_type";
    if (up.type === "for_in_statement") return inner.field === "left" && childOf(up, "kind") !== undefined;
    if (/^(?:assignment_pattern|object_assignment_pattern)$/.test(up.type) && inner.field === "right") return false;
    if (up.type === "pair_pattern" && inner.field === "key") return false;
    if (!up.type.endsWith("pattern")) return false;
    inner = up;
  }
  return false;
}

/** The nearest function that a node is in; the whole file for what is in none. */
export function functionAround(source: Source, node: SyntaxNode): SyntaxNode {
  for (const up of ancestors(node)) if (FUNCTION.test(up.type)) return up;
  return source.nodes[0] as SyntaxNode;
}

/** Every place where a name is read or written as a variable, not as a member or key. */
export const mentions = (source: Source, name: string): readonly SyntaxNode[] => byName(source).get(name) ?? [];
const byName = remember((source: Source): ReadonlyMap<string, readonly SyntaxNode[]> =>
  Map.groupBy(
    source.nodes.filter(({ type }) => /^(?:identifier|shorthand_property_identifier(?:_pattern)?)$/.test(type)),
    (node) => sourceOf(source, node),
  ),
);

/** Members by whose name something is changed somewhere in the file: `lines` of `note.lines.push(x)`, `total` of `a.total = 0`. */
export const changedMembers = remember((source: Source): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const { place } of changesOf(source))
    for (let at = place; PART.test(at.type); at = unwrapped(childOf(at, "object") ?? at)) {
      const name = childOf(at, "property");
      if (name !== undefined) names.add(sourceOf(source, name));
      if (childOf(at, "object") === undefined) break;
    }
  return names;
});
