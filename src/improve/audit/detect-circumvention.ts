/**
 * Reads an improver's text for attempts to leave its constraints (STOP §6.2, Table 2), by syntax tree: what the paper
 * looks for with two substrings, this finds in code only and under any spelling that needs no run to be known.
 */
import { parse } from "../../syntax/parse.ts";
import { childOf, namedChildren, positionAt, type SyntaxNode, textOf, walk } from "../../syntax/tree.ts";
import type { Circumvention } from "../taxonomy.ts";
import { rules } from "./rules.ts";
import { scopesOf } from "./scopes.ts";

export interface Finding {
  readonly name: Circumvention;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** The code, at most 120 characters of it, on one line. */
  readonly code: string;
}

export interface DetectOptions {
  /** An option of utility calls that must stay true: `useSandbox`. */
  readonly flag?: string;
}

/**
 * Every attempt in the order of the text; empty when there is none. A finding says what the text does, not why. Null when
 * the text is too long or too deeply nested to be read. Text with syntax errors is read as far as it goes.
 */
export async function detectCircumvention(
  source: string,
  options: DetectOptions = {},
): Promise<readonly Finding[] | null> {
  const root = await parse("typescript", source);
  if (root === null) return null;
  const auditor = {
    text: source,
    scopes: scopesOf(root, source),
    option: options.flag,
    given: givenNames(root, source),
  };
  const findings: Finding[] = [];
  for (const node of walk(root)) {
    const found = new Set(rules.map((rule) => rule(node, auditor)).filter((name) => name !== undefined));
    for (const name of found) findings.push(findingAt(node, name, source));
  }
  return findings;
}

function findingAt(node: SyntaxNode, name: Circumvention, source: string): Finding {
  const code = textOf(node, source).replace(/\s+/g, " ");
  return { name, ...positionAt(source, node.start), code: code.length > 120 ? `${code.slice(0, 119)}…` : code };
}

/** What `improve` calls its second and third parameter, and the names that everyone uses. */
function givenNames(root: SyntaxNode, source: string): ReadonlySet<string> {
  const names = new Set(["utility", "languageModel"]);
  for (const node of walk(root)) {
    const name = childOf(node, "name");
    if (name === undefined || textOf(name, source) !== "improve") continue;
    const owner = node.type === "variable_declarator" ? (childOf(node, "value") ?? node) : node;
    const parameters = childOf(owner, "parameters");
    for (const parameter of parameters === undefined ? [] : namedChildren(parameters).slice(1, 3))
      names.add(textOf(childOf(parameter, "pattern") ?? parameter, source));
  }
  return names;
}
