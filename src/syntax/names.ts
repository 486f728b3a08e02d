/**
 * What a piece of code is called: the names of declarations, keys, keyword arguments and parameters that a node's
 * value goes to. Works on the field names that the grammars share (name/value, left/right, key/value …).
 */
import { ancestors, childOf, namedChildren, type SyntaxNode, textOf, walk } from "./tree.ts";

const NAME_FIELDS = ["name", "left", "key", "property", "pattern", "declarator", "field", "designator"];
const VALUE_FIELDS = new Set(["value", "right", "default_value"]);
/** Kinds whose value has no field of its own: the first child names it. */
const UNNAMED_VALUE =
  /^(?:variable_declarator|(?:script_)?parameter|argument|const_element|array_element_initializer|keyed_element|enum_member_declaration|setting|assignment_expression|hash_entry)$/;
/** Kinds with left and right that bind nothing. */
const NOT_BINDING = /^(?:binary|comparison|boolean_operator|for_|range_clause|subscript|assignment_pattern_list)/;

/** The last identifier in a piece of source: `schedule` for `this.options["schedule"]`; "" if there is none. */
export const lastIdentifier = (source: string): string =>
  /([\p{L}_$][\p{L}\p{N}_$]*)[^\p{L}\p{N}_$]*$/u.exec(source)?.[1] ?? "";

/** The first identifier, for declarations that go on with a type or a default. */
const firstIdentifier = (source: string): string => /[\p{L}_$][\p{L}\p{N}_$]*/u.exec(source)?.[0] ?? "";

/** What an argument parser calls the option that a call declares: `learning_rate` for `add_argument("-l", "--learning-rate")`. */
export function optionName(call: SyntaxNode, text: string): string | undefined {
  const list = childOf(call, "arguments");
  const words = (list === undefined ? [] : namedChildren(list))
    .filter((one) => one.type === "string")
    .map((one) => textOf(one, text).replace(/^\w*["']+|["']+$/g, ""));
  const word = words.find((one) => one.startsWith("--")) ?? words[0];
  const name = word?.replace(/^-+/, "").replaceAll("-", "_");
  return name !== undefined && /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? name : undefined;
}

interface Subject {
  readonly text: string;
  /** The node, inside `from`, that the name is wanted for. */
  readonly literal: SyntaxNode;
}

/** The name that `up` gives to its child `from`, if `from` is the value of a declaration, assignment, key or parameter. */
export function boundName(up: SyntaxNode, from: SyntaxNode, { text, literal }: Subject): string | undefined {
  if (NOT_BINDING.test(up.type)) return undefined;
  const name = childOf(up, ...NAME_FIELDS);
  if (from.field !== null && VALUE_FIELDS.has(from.field) && name !== undefined && name !== from) {
    return lastIdentifier(textOf(partnerOf(literal, from, name), text));
  }
  const first = name ?? namedChildren(up)[0];
  const isUnnamed = UNNAMED_VALUE.test(up.type) && first !== undefined && first !== from && from.named;
  return isUnnamed ? lastIdentifier(textOf(first, text)) : undefined;
}

/** `b` for the 2 in `a, b = 1, 2`. */
function partnerOf(literal: SyntaxNode, values: SyntaxNode, names: SyntaxNode): SyntaxNode {
  const [left, right] = [namedChildren(names), namedChildren(values)];
  if (!/list|tuple/.test(names.type) || left.length !== right.length) return names;
  const position = right.findIndex((value) => value.start <= literal.start && literal.end <= value.end);
  return left[position] ?? names;
}

/** The name of a function, class or module, seen from its body. */
export function scopeName(up: SyntaxNode, from: SyntaxNode, text: string): string | undefined {
  if (from.field !== "body" && from.field !== "parameters" && from.type !== "block") return undefined;
  const name = childOf(up, "name", "declarator", "type");
  return name === undefined || name === from ? undefined : firstIdentifier(textOf(name, text)) || undefined;
}

/** The class that a constructor makes. */
function className(method: SyntaxNode, text: string): string | undefined {
  for (const up of ancestors(method)) {
    const name = /class/.test(up.type) ? childOf(up, "name") : undefined;
    if (name !== undefined) return textOf(name, text);
  }
  return undefined;
}

/** Parameter names of the functions that a file declares, by the function's name. */
export function parametersByFunction(root: SyntaxNode, text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const node of walk(root)) {
    const list = node.field === "parameters" ? node : undefined;
    const owner = list?.parent;
    if (list === undefined || owner === null || owner === undefined) continue;
    const named =
      childOf(owner, "name") ??
      (owner.field === "value" && owner.parent !== null ? childOf(owner.parent, "name") : undefined);
    if (named === undefined) continue;
    const names = namedChildren(list).map((one) =>
      firstIdentifier(textOf(childOf(one, "pattern", "name", "left", "declarator") ?? one, text)),
    );
    const name = lastIdentifier(textOf(named, text));
    const made = /^(?:__init__|constructor|initialize)$/.test(name) ? className(owner, text) : undefined;
    found.set(
      made ?? name,
      names.filter((one) => one !== "self" && one !== "cls"),
    );
  }
  return found;
}
