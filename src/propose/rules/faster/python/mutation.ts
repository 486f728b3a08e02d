/** What a Python file ever changes: members after their object was made, names of a module, lists in place. */
import { remember } from "../../../../core/remember.ts";
import { ancestors, childOf, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { callParts, type Source, sourceOf } from "../../rule.ts";
import { functionsOf, isPure, isQuietIn, namesWithin, scopeOf, usesOf } from "./scopes.ts";

/** Methods that change their object. */
export const IN_PLACE =
  /^(?:append|appendleft|extend|insert|remove|pop|popleft|popitem|clear|update|add|discard|sort|reverse|setdefault|shuffle)$/;

/** The method that a node calls, and its object. */
function methodOf(source: Source, node: SyntaxNode): { object: SyntaxNode; name: string } | undefined {
  const callee = callParts(node)?.callee;
  const [object, name] =
    callee?.type === "attribute" ? [childOf(callee, "object"), childOf(callee, "attribute")] : [undefined, undefined];
  return object === undefined || name === undefined ? undefined : { object, name: sourceOf(source, name) };
}

const isAssignment = ({ type }: SyntaxNode): boolean => /^(?:augmented_)?assignment$/.test(type);

/** Whether something below a node is changed in place. */
export const changesInPlace = (source: Source, node: SyntaxNode): boolean =>
  [...walk(node)].some(
    (inner) =>
      (isAssignment(inner) && /^(?:attribute|subscript)$/.test(childOf(inner, "left")?.type ?? "")) ||
      inner.type === "delete_statement" ||
      IN_PLACE.test(methodOf(source, inner)?.name ?? ""),
  );

/** `self.total = 0` of `__init__` is about an object that nobody has seen yet. */
export function isInMaking(source: Source, node: SyntaxNode): boolean {
  const scope = scopeOf(node);
  return /^(?:__init__|__post_init__|__new__)$/.test(sourceOf(source, childOf(scope, "name") ?? scope));
}

/** Members by how the file treats them: those given a value in the making of an object, and those that change later. */
const members = remember(
  (source: Source): { readonly made: ReadonlySet<string>; readonly later: ReadonlySet<string> } => {
    const [made, later] = [new Set<string>(), new Set<string>()];
    const nameOf = (node: SyntaxNode): string | undefined => {
      if (node.type === "subscript") return nameOf(childOf(node, "value") ?? node.children[0] ?? node);
      return node.type === "attribute" ? sourceOf(source, childOf(node, "attribute") ?? node) : undefined;
    };
    for (const node of source.nodes) {
      const left = isAssignment(node) ? childOf(node, "left") : undefined;
      for (const target of left === undefined ? [] : left.type === "pattern_list" ? left.children : [left]) {
        const name = nameOf(target);
        if (name === undefined) continue;
        const isFirst = isInMaking(source, node) && target.type === "attribute" && node.type === "assignment";
        (isFirst ? made : later).add(name);
      }
      const method = methodOf(source, node);
      const changed = method !== undefined && IN_PLACE.test(method.name) ? nameOf(method.object) : undefined;
      if (changed !== undefined) later.add(changed);
      // A list that is handed on may be changed there.
      const parts = callParts(node);
      for (const value of parts !== null && !isPure(source, node) ? parts.values : []) {
        const handed = nameOf(value);
        if (handed !== undefined && isOfChanging(source, parts?.callee)) later.add(handed);
      }
    }
    return { made, later };
  },
);

/** A function of the file that changes something. */
const isOfChanging = (source: Source, callee: SyntaxNode | undefined): boolean => {
  const last = callee === undefined ? undefined : (childOf(callee, "attribute") ?? callee);
  const own = last === undefined ? undefined : functionsOf(source).get(sourceOf(source, last));
  return own !== undefined && !own.every(isQuietIn(source));
};

/** Whether a member may have another value later than when its object was made; one that the file does not make may. */
export const isSetLater = (source: Source, member: string): boolean =>
  !members(source).made.has(member) || members(source).later.has(member);

/** Whether a name from outside of a function is a function, a class, a module or a value that is given once and never changed. */
export function isAlwaysThere(source: Source, name: SyntaxNode): boolean {
  const code = sourceOf(source, name);
  if (functionsOf(source).has(code)) return true;
  const bindings = bindingsOf(source).get(code) ?? [];
  // A builtin, an import, or a class.
  if (bindings.length === 0) return true;
  const scopes = [...ancestors(name)].filter(({ type, parent }) => type === "function_definition" || parent === null);
  const owner = scopes.find((scope) => bindings.some((one) => scopeOf(one) === scope || scope.parent === null));
  const own = bindings.filter((one) => scopeOf(one) === owner);
  if (own.length !== 1 || [...ancestors(own[0] as SyntaxNode)].some(({ type }) => /^(?:for|while)_/.test(type)))
    return false;
  return !usesOf(source, code, owner as SyntaxNode).some((use) => isChangedAt(source, use));
}

/** Where names are bound, but for functions and imports: assignments, loops, parameters. */
const bindingsOf = remember((source: Source): ReadonlyMap<string, readonly SyntaxNode[]> => {
  const bound = source.nodes.flatMap((node) => {
    const target = /^(?:lambda_)?parameters$/.test(node.type) ? node : childOf(node, "left", "alias");
    return target === undefined ||
      /^(?:attribute|subscript)$/.test(target.type) ||
      /comparison|binary|boolean/.test(node.type)
      ? []
      : [...namesWithin(target)];
  });
  return Map.groupBy(bound, (node) => sourceOf(source, node));
});

/** `d[k] = v`, `d.update(…)`, `fill(d)`, `global d`. */
function isChangedAt(source: Source, use: SyntaxNode): boolean {
  let top = use;
  while (top.parent !== null && /^(?:attribute|subscript)$/.test(top.parent.type) && top.parent.children[0] === top)
    top = top.parent;
  const { parent } = top;
  if (parent === null) return false;
  if (/^(?:global|nonlocal|delete)_statement$/.test(parent.type)) return true;
  if (top !== use && isAssignment(parent) && top.field === "left") return true;
  if (top.type === "attribute" && top.field === "function")
    return IN_PLACE.test(sourceOf(source, childOf(top, "attribute") ?? top));
  const call = parent.type === "argument_list" ? parent.parent : null;
  return call !== null && isOfChanging(source, childOf(call, "function"));
}
