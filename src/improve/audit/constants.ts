/** The value of an expression that needs no run to be known: literals, what is built from them, and constants so made. */
import { childOf, namedChildren, type SyntaxNode, textOf } from "../../syntax/tree.ts";
import type { Scopes } from "./scopes.ts";

export type Constant = string | number | boolean | null | undefined;

export interface Reader {
  readonly text: string;
  readonly scopes: Scopes;
}

/** A chain of constants longer than this is followed no further. */
const DEEPEST = 64;

/** Undefined when the value is not known; `{ value: undefined }` is the value undefined. */
export function constantOf(
  node: SyntaxNode | undefined,
  reader: Reader,
  depth = 0,
): { readonly value: Constant } | undefined {
  if (node === undefined || depth > DEEPEST) return undefined;
  const read = (inner: SyntaxNode | undefined) => constantOf(inner, reader, depth + 1);
  const { text, scopes } = reader;
  switch (node.type) {
    case "true":
    case "false":
      return { value: node.type === "true" };
    case "null":
      return { value: null };
    case "number":
      return { value: Number(textOf(node, text).replaceAll("_", "")) };
    case "undefined":
      return { value: undefined };
    case "string":
    case "template_string":
      return joined(node, reader, read);
    case "unary_expression":
      return unary(node, read);
    case "binary_expression":
      return sum(node, read);
    case "parenthesized_expression":
    case "as_expression":
    case "satisfies_expression":
    case "non_null_expression":
      return read(namedChildren(node)[0]);
    case "identifier":
    case "shorthand_property_identifier":
      return read(scopes.initializerOf(node));
    default:
      return undefined;
  }
}

type Read = (node: SyntaxNode | undefined) => { readonly value: Constant } | undefined;

function joined(node: SyntaxNode, { text }: Reader, read: Read): { value: string } | undefined {
  const parts = node.children
    .filter(({ named }) => named)
    .map((part) => {
      if (part.type === "template_substitution") return read(namedChildren(part)[0]);
      return { value: part.type === "escape_sequence" ? unescaped(textOf(part, text)) : textOf(part, text) };
    });
  return parts.includes(undefined) ? undefined : { value: parts.map((part) => String(part?.value)).join("") };
}

function unescaped(sequence: string): string {
  const code = /^\\(?:u\{([\da-f]+)\}|u([\da-f]{4})|x([\da-f]{2}))$/i.exec(sequence);
  const digits = code?.[1] ?? code?.[2] ?? code?.[3];
  const point = Number.parseInt(digits ?? "", 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : sequence.slice(1);
}

function unary(node: SyntaxNode, read: Read): { value: Constant } | undefined {
  const operator = node.children[0]?.type;
  if (operator === "void") return { value: undefined };
  const inner = read(childOf(node, "argument"));
  return operator === "!" && inner !== undefined ? { value: !inner.value } : undefined;
}

function sum(node: SyntaxNode, read: Read): { value: Constant } | undefined {
  const [left, right] = [read(childOf(node, "left")), read(childOf(node, "right"))];
  if (left === undefined || right === undefined || childOf(node, "operator")?.type !== "+") return undefined;
  return typeof left.value === "string" || typeof right.value === "string"
    ? { value: `${left.value}${right.value}` }
    : undefined;
}
