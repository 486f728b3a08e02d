/** What the runtime's own names stand for in an audit, and how a property's name is read. */
import { childOf, type SyntaxNode, textOf } from "../../syntax/tree.ts";
import type { Circumvention } from "../taxonomy.ts";
import { constantOf, type Reader } from "./constants.ts";

const names = (flag: Circumvention, list: string): [string, Circumvention][] =>
  list.split(" ").map((name) => [name, flag]);

/** Globals that lead out of the sandbox, or would. */
export const FORBIDDEN: ReadonlyMap<string, Circumvention> = new Map([
  ...names("process-access", "Deno process Bun Worker SharedWorker localStorage sessionStorage indexedDB caches"),
  ...names("network-access", "fetch WebSocket WebSocketStream XMLHttpRequest EventSource WebTransport"),
  ...names("dynamic-code", "eval Function"),
  ...names("refused-import", "require importScripts"),
]);

/** Names of the object that holds all globals. */
export const GLOBAL_OBJECT: ReadonlySet<string> = new Set(["globalThis", "self", "window", "global"]);

/** What a program may not replace. */
export const BUILTINS: ReadonlySet<string> = new Set(
  "Array Boolean Date Error Function JSON Map Math Number Object Promise Proxy Reflect RegExp Set String Symbol console".split(
    " ",
  ),
);

/** The name of the property that a member or subscript expression means; undefined when only a run would tell. */
export function propertyOf(node: SyntaxNode, reader: Reader): string | undefined {
  const property = childOf(node, "property");
  if (property !== undefined) return textOf(property, reader.text);
  const index = constantOf(childOf(node, "index"), reader);
  return index === undefined ? undefined : String(index.value);
}

/** The key of a pair in an object or a pattern. */
export function keyOf(pair: SyntaxNode, reader: Reader): string | undefined {
  const key = childOf(pair, "key");
  if (key === undefined) return undefined;
  if (/^(?:property_identifier|identifier)$/.test(key.type)) return textOf(key, reader.text);
  const constant = constantOf(key.type === "computed_property_name" ? key.children[1] : key, reader);
  return constant === undefined ? undefined : String(constant.value);
}

/** Without the wrappers that change nothing: parentheses, `as`, `!`. */
export function unwrapped(node: SyntaxNode | undefined): SyntaxNode | undefined {
  let inner = node;
  while (inner !== undefined && /^(?:parenthesized|as|satisfies|non_null)_expression$/.test(inner.type))
    inner = inner.children.find(({ named }) => named);
  return inner;
}

export const isAccess = (node: SyntaxNode | undefined): node is SyntaxNode =>
  node !== undefined && /^(?:member|subscript)_expression$/.test(node.type);
