/**
 * Which nodes of which grammars are literals, and what they say. The kinds of all grammars share one table: no two
 * grammars use one name for different things here.
 */
import { readNumber } from "./number-notation.ts";
import type { SyntaxNode } from "./tree.ts";

export type LiteralValue = number | boolean | string;

export interface Literal {
  readonly kind: "integer" | "float" | "boolean" | "string";
  readonly value: LiteralValue;
  /** Range of the text to rewrite, a leading minus sign included. */
  readonly start: number;
  readonly end: number;
}

const NUMBER =
  /^(?:number|integer|float|(?:(?:decimal|hex|octal|binary)_)?(?:integer|int|float|floating_point|number|real)_literal|preproc_arg|setting_value|word)$/;
const BOOLEAN = /^(?:true|false|boolean|boolean_literal)$/;
const STRING =
  /^(?:string|string_literal|interpreted_string_literal|raw_string_literal|encapsed_string|template_string|setting_value)$/;
const QUOTED = /^([a-zA-Z]*)("""|'''|"|'|`)([^\\\r\n]*)\2$/;
const INTERPOLATION = /interpolation|substitution|variable_name/;

/** What a node says, if it is a literal that can be read and rewritten: no complex numbers, escapes or interpolation. */
export function readLiteral(node: SyntaxNode, text: string): Literal | null {
  if (NUMBER.test(node.type)) {
    const number = numberAt(node, text);
    if (number !== null) return number;
  }
  const source = text.slice(node.start, node.end);
  const range = { start: node.start, end: node.end };
  if (BOOLEAN.test(node.type) && !BOOLEAN.test(node.parent?.type ?? "") && /^(?:true|false)$/i.test(source)) {
    return { kind: "boolean", value: source.toLowerCase() === "true", ...range };
  }
  if (!STRING.test(node.type) || node.children.some((child) => INTERPOLATION.test(child.type))) return null;
  const quoted = QUOTED.exec(source);
  return quoted === null ? null : { kind: "string", value: quoted[3] as string, ...range };
}

function numberAt(node: SyntaxNode, text: string): Literal | null {
  // PowerShell's grammar has a number within the number.
  if (NUMBER.test(node.parent?.type ?? "") && node.parent?.start === node.start) return null;
  const raw = text.slice(node.start, node.end);
  const start = node.start + (raw.length - raw.trimStart().length);
  const end = start + raw.trim().length;
  const up = node.parent;
  const isNegated = up !== null && /^(?:prefix_)?unary/.test(up.type) && text[up.start] === "-" && up.end === node.end;
  const from = isNegated && /^-\s*$/.test(text.slice(up.start, start)) ? up.start : start;
  const read = readNumber(text.slice(from, end).replace(/^-\s+/, "-"));
  return read === null ? null : { ...read, start: from, end };
}

/** A boolean or string with another value, in the quotes and letter case of the literal it replaces. */
export function writeWord(value: boolean | string, like: string): string {
  if (typeof value === "string")
    return like.replace(QUOTED, (_all, prefix: string, quote: string) => prefix + quote + value + quote);
  const word = String(value);
  if (like === like.toUpperCase()) return word.toUpperCase();
  return like[0] === like[0]?.toUpperCase() ? (word[0] as string).toUpperCase() + word.slice(1) : word;
}
