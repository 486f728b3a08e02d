/** Whether a slice of Go only grows at its end while a loop runs, and what is asked of its elements stays as it was. */
import { remember } from "../../../../core/remember.ts";
import { childOf, namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { callParts, type Source, sourceOf } from "../../rule.ts";
import { functionOf, isDeclared, pairOf, usesOf } from "./scopes.ts";

interface Asked {
  /** `xs` or `s.xs`. */
  readonly list: SyntaxNode;
  /** Names of members of the elements. */
  readonly members: ReadonlySet<string>;
}

/** "no" where something else than `xs = append(xs, x)` may happen to the list, "grows" where that does, "stays" where nothing does. */
export function growthIn(source: Source, loop: SyntaxNode, { list, members }: Asked): "no" | "grows" | "stays" {
  const owner = functionOf(loop);
  const names = [...walk(list)].filter(({ type }) => type === "identifier").map((one) => sourceOf(source, one));
  if (owner === undefined || names.some((name) => usesOf(source, loop, name).some(isDeclared))) return "no";
  if (isAliased(source, owner, list)) return "no";
  const reached = reachedFrom(source, loop);
  let grows = false;
  for (const node of reached.flatMap((part) => [...walk(part)])) {
    const change = changeAt(source, node, { list, members });
    if (change === "no") return "no";
    if (change === "grows") grows = true;
  }
  return grows ? "grows" : "stays";
}

const lastOf = (source: Source, node: SyntaxNode): string => sourceOf(source, childOf(node, "field") ?? node);

function changeAt(source: Source, node: SyntaxNode, { list, members }: Asked): "no" | "grows" | undefined {
  if (/^(?:go_statement|select_statement)$/.test(node.type)) return "no";
  const name = lastOf(source, list);
  const isList = (one: SyntaxNode | undefined) =>
    one !== undefined && /^(?:identifier|selector_expression)$/.test(one.type) && lastOf(source, one) === name;
  if (/^(?:assignment_statement|inc_statement|dec_statement)$/.test(node.type)) {
    const pair = pairOf(node);
    if (pair !== undefined && isList(pair.left))
      return isAppend(source, pair.right, sourceOf(source, pair.left)) ? "grows" : "no";
    const lefts = childOf(node, "left");
    return (lefts === undefined ? node.children : namedChildren(lefts)).some((left) =>
      isChange(source, left, { members, isList }),
    )
      ? "no"
      : undefined;
  }
  const parts = callParts(node);
  if (parts === null || !parts.values.some(isList)) return undefined;
  const callee = sourceOf(source, parts.callee);
  return READS.test(callee) || isLookingFor(source, callee) ? undefined : "no";
}

/** `x.key = …`, `xs[i] = …`, `*x = …`, `xs, err = …`. */
function isChange(
  source: Source,
  left: SyntaxNode,
  {
    members,
    isList,
  }: { readonly members: ReadonlySet<string>; readonly isList: (node: SyntaxNode | undefined) => boolean },
): boolean {
  if (left.type === "unary_expression") return true;
  if (left.type === "selector_expression") return isList(left) || members.has(lastOf(source, left));
  return isList(left) || (left.type === "index_expression" && isList(childOf(left, "operand")));
}

const isAppend = (source: Source, value: SyntaxNode, name: string): boolean => {
  const parts = callParts(value);
  const [first] = parts?.values ?? [];
  return (
    parts !== null &&
    first !== undefined &&
    sourceOf(source, parts.callee) === "append" &&
    sourceOf(source, first) === name
  );
};

const READS = /^(?:len|cap|append|strings\.Join|fmt\.\w+|slices\.(?:Contains|Index|Max|Min))$/;

const LOOKS = /^\{ for _, (\w+) := range (\w+) \{ if (?:\1 == (\w+)|(\w+) == \1) \{ return true \} \} return false \}$/;

/** `slices.Contains`, or a function of the file that does the same. */
export function isLookingFor(source: Source, callee: string): boolean {
  if (callee === "slices.Contains") return true;
  const [own, ...others] = functionsOf(source).get(callee) ?? [];
  const [parameters, body] = own === undefined ? [] : [childOf(own, "parameters"), childOf(own, "body")];
  if (parameters === undefined || body === undefined || others.length > 0) return false;
  const names = [...walk(parameters)].filter(({ field }) => field === "name").map((one) => sourceOf(source, one));
  const [, , list, value, other] = LOOKS.exec(sourceOf(source, body).replace(/\s+/g, " ")) ?? [];
  return names.length === 2 && names[0] === list && names[1] === (value ?? other);
}

/** Whether the list has a second name in its function, by which it may be changed, or is handed to a goroutine. */
const isAliased = (source: Source, owner: SyntaxNode, list: SyntaxNode): boolean => {
  const code = sourceOf(source, list);
  return [...walk(owner)].some((node) => {
    const right = /^(?:short_var_declaration|assignment_statement|var_spec)$/.test(node.type)
      ? childOf(node, "right", "value")
      : undefined;
    const isItself = (value: SyntaxNode) =>
      sourceOf(source, value) === code ||
      (value.type === "slice_expression" && sourceOf(source, childOf(value, "operand") ?? value) === code) ||
      sourceOf(source, value) === `&${code}`;
    return right !== undefined && (right.type === "expression_list" ? namedChildren(right) : [right]).some(isItself);
  });
};

/** A node, and functions of the file that may be called from it. */
function reachedFrom(source: Source, node: SyntaxNode): readonly SyntaxNode[] {
  const [reached, seen] = [[node], new Set<string>()];
  for (const part of reached)
    for (const inner of walk(part)) {
      const callee = callParts(inner)?.callee;
      const name = callee === undefined ? undefined : lastOf(source, callee);
      if (name === undefined || seen.has(name)) continue;
      seen.add(name);
      reached.push(...(functionsOf(source).get(name) ?? []));
    }
  return reached;
}

export const functionsOf = remember((source: Source): ReadonlyMap<string, readonly SyntaxNode[]> =>
  Map.groupBy(
    source.nodes.filter(({ type }) => /^(?:function|method)_declaration$/.test(type)),
    (node) => sourceOf(source, childOf(node, "name") ?? node),
  ),
);
