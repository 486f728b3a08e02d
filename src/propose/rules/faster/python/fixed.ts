/** Whether a Python expression is the same in every round of a loop, as far as its file shows. */
import { childOf, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { callParts, type Source, sourceOf } from "../../rule.ts";
import { changesIn } from "../loops.ts";
import { IN_PLACE, isInMaking } from "./mutation.ts";
import { isPure, namesWithin, reachedFrom, scopeOf } from "./scopes.ts";

interface Asked {
  /** What must not change. */
  readonly parts: readonly SyntaxNode[];
  /** Names that the parts bind themselves. */
  readonly except?: SyntaxNode;
  /** A list that may grow at its end. */
  readonly growing?: SyntaxNode;
}

/** Nothing in the loop, nor in functions of the file that it may call, gives another value to what the parts are made of. */
export function isFixedIn(source: Source, loop: SyntaxNode, { parts, except, growing }: Asked): boolean {
  const text = (node: SyntaxNode) => sourceOf(source, node);
  const bound = new Set(except === undefined ? [] : [...namesWithin(except)].map(text));
  const own = parts.flatMap((part) => [...walk(part)]);
  const free = parts.flatMap((part) => [...namesWithin(part)]).filter((one) => !bound.has(text(one)));
  const { names, objects } = changesIn(source, loop);
  // A name that is bound in the loop, a member that is given a value, a list that grows.
  if (free.some((one) => names.has(text(one)))) return false;
  const list = growing === undefined ? undefined : text(growing);
  const isBound = (one: SyntaxNode) => [...namesWithin(one)].some((name) => bound.has(text(name)));
  const isChanged = (one: SyntaxNode) => text(one) !== list && objects.has(text(one));
  if (own.some((one) => one.named && isChanged(one) && one.type !== "identifier" && !isBound(one))) return false;
  if (free.some(isChanged)) return false;
  if ([...walk(loop)].some(({ type }) => /^(?:yield|await)$/.test(type))) return false;
  const reached = reachedFrom(source, loop);
  const lists = new Set(free.map(text));
  const watched = new Set([...watchedIn(source, parts), ...lists]);
  if (reached.some((part) => [...walk(part)].some((node) => changes(source, node, { watched, bound, loop, list }))))
    return false;
  return !isShared(source, loop, lists) && !isOneShot(source, scopeOf(loop), lists);
}

/** Members and constant keys that the value depends on, also by way of methods of the file. */
function watchedIn(source: Source, parts: readonly SyntaxNode[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const part of parts.flatMap((one) => reachedFrom(source, one)))
    for (const node of walk(part)) {
      if (node.type === "attribute") found.add(sourceOf(source, childOf(node, "attribute") ?? node));
      const key = node.type === "subscript" ? childOf(node, "subscript") : undefined;
      if (key?.type === "string") found.add(sourceOf(source, key).slice(1, -1));
      if (key?.type === "integer") found.add(sourceOf(source, key));
    }
  return found;
}

interface Watch {
  readonly watched: ReadonlySet<string>;
  /** Names of the elements. */
  readonly bound: ReadonlySet<string>;
  readonly loop: SyntaxNode;
  /** The list that may grow. */
  readonly list: string | undefined;
}

/** An assignment to what is watched, or a method that changes it: but for what an object gets when it is made. */
function changes(source: Source, node: SyntaxNode, { watched, bound, loop, list }: Watch): boolean {
  const isNamed = (one: SyntaxNode | undefined) => one !== undefined && watched.has(lastOf(source, one));
  const isElement = (one: SyntaxNode | undefined) => one?.type === "identifier" && bound.has(sourceOf(source, one));
  if (node.type.endsWith("assignment")) {
    const left = childOf(node, "left");
    if (left?.type === "attribute") return isNamed(left) && !isInMaking(source, node);
    if (left?.type !== "subscript") return false;
    const [value, key] = [childOf(left, "value"), childOf(left, "subscript")];
    const isConstant = /^(?:string|integer)$/.test(key?.type ?? "");
    return isNamed(left) || isNamed(value) || (isElement(value) && !isConstant);
  }
  if (node.type === "delete_statement") return [...walk(node)].some((one) => isNamed(one) || isElement(one));
  const callee = callParts(node)?.callee;
  if (callee?.type !== "attribute" || !IN_PLACE.test(lastOf(source, callee))) return false;
  const object = childOf(callee, "object");
  // A name of another function is another's.
  const isHere = loop.start <= node.start && node.end <= loop.end;
  if (isElement(object)) return isHere;
  const isGrowth =
    object !== undefined && sourceOf(source, object) === list && /^(?:append|extend)$/.test(lastOf(source, callee));
  return (
    isNamed(object) && !(isGrowth && isHere) && (isHere || object?.type !== "identifier" || !isLocalTo(source, object))
  );
}

const lastOf = (source: Source, node: SyntaxNode): string => {
  const last = childOf(node, "attribute", "subscript") ?? node;
  const code = sourceOf(source, last);
  return last.type === "string" ? code.slice(1, -1) : code;
};

/** Whether a name is given a value in its function. */
function isLocalTo(source: Source, name: SyntaxNode): boolean {
  const scope = scopeOf(name);
  const code = sourceOf(source, name);
  return [...walk(scope)].some(
    (node) => node.type === "assignment" && sourceOf(source, childOf(node, "left") ?? node) === code,
  );
}

/** A list that the loop hands to what may change it, or that has a second name. */
function isShared(source: Source, loop: SyntaxNode, lists: ReadonlySet<string>): boolean {
  const isList = (node: SyntaxNode | undefined) => node?.type === "identifier" && lists.has(sourceOf(source, node));
  for (const node of walk(loop)) {
    const parts = callParts(node);
    if (parts?.values.some(isList) === true && !isPure(source, node) && !/^print$/.test(sourceOf(source, parts.callee)))
      return true;
  }
  return [...walk(scopeOf(loop))].some((node) => node.type === "assignment" && isList(childOf(node, "right")));
}

/** What can be gone through once: a second time there is nothing in it. */
const isOneShot = (source: Source, scope: SyntaxNode, lists: ReadonlySet<string>): boolean =>
  [...walk(scope)].some((node) => {
    const [left, right] = [childOf(node, "left", "alias"), childOf(node, "right")];
    if (node.type !== "assignment" || left === undefined || right === undefined) return false;
    const isOnce =
      right.type === "generator_expression" ||
      /^(?:open|iter|map|filter|zip|csv\.\w*reader|reversed)\(/i.test(sourceOf(source, right));
    return isOnce && lists.has(sourceOf(source, left));
  });
