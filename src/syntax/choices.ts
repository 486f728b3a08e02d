/**
 * Strings that have alternatives: `schedule === "cosine"`, `case "cosine":`, `"cosine" | "linear"`, `Literal["cosine", "linear"]`,
 * an option's `choices=["cosine", "linear"]`.
 * A name maps to the strings that the program itself says it may have.
 */
import { readLiteral } from "./literal-kinds.ts";
import { operatorOf } from "./literal-place.ts";
import { lastIdentifier, optionName } from "./names.ts";
import { ancestors, childOf, namedChildren, type SyntaxNode, textOf, walk } from "./tree.ts";

const EQUALITY = /^(?:[!=]==?|in|not in|eq|ne)$/;
const SWITCH =
  /^(?:switch_statement|switch_expression|expression_switch_statement|match_statement|match_expression|case)$/;
const ARM =
  /^(?:switch_case|case_clause|expression_case|match_arm|switch_label|case_statement|when|case_pattern|switch_section)$/;

/** The strings that each name is compared with or declared as, from one file. */
export function findChoices(root: SyntaxNode, text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const choices = new Map<string, Set<string>>();
  const aliases: [name: string, type: string][] = [];
  const add = (name: string, option: string) => {
    if (name !== "") choices.set(name, (choices.get(name) ?? new Set()).add(option));
  };
  for (const node of walk(root)) {
    if (node.type === "type_annotation") aliases.push([declaredName(node, text), lastIdentifier(textOf(node, text))]);
    const literal = readLiteral(node, text);
    if (literal?.kind === "string") add(subjectOf(node, text), literal.value as string);
  }
  for (const [name, type] of aliases) for (const option of choices.get(type) ?? []) add(name, option);
  return choices;
}

/** The name that a string is an option of, or "". */
function subjectOf(literal: SyntaxNode, text: string): string {
  let from = literal;
  for (const up of ancestors(literal)) {
    const operator = operatorOf(up);
    if (operator !== undefined && EQUALITY.test(operator)) return comparedWith(up, from, text);
    if (up.type === "union_type" || isLiteralType(up, text)) return declaredName(up, text);
    const call = up.parent?.parent;
    if (up.type === "keyword_argument" && textOf(childOf(up, "name") ?? up, text) === "choices")
      return (call && optionName(call, text)) ?? "";
    if (ARM.test(up.type))
      return from.field === "body" || /block|statement/.test(from.type) ? "" : switchedOn(up, text);
    if (
      !/^(?:literal_type|tuple|list|set|parenthesized_expression|case_pattern|match_pattern|expression_list|type|array|type_parameter)$/.test(
        up.type,
      )
    )
      return "";
    from = up;
  }
  return "";
}

function comparedWith(comparison: SyntaxNode, from: SyntaxNode, text: string): string {
  const other = namedChildren(comparison).find((child) => child !== from);
  return other === undefined || readLiteral(other, text) !== null ? "" : lastIdentifier(textOf(other, text));
}

function switchedOn(arm: SyntaxNode, text: string): string {
  for (const up of ancestors(arm)) {
    if (!SWITCH.test(up.type)) continue;
    const subject = childOf(up, "value", "subject", "condition") ?? namedChildren(up)[0];
    return subject === undefined ? "" : lastIdentifier(textOf(subject, text));
  }
  return "";
}

/** Python's `Literal["a", "b"]`. */
const isLiteralType = (node: SyntaxNode, text: string): boolean =>
  /^(?:generic_type|subscript)$/.test(node.type) && /^(?:\w+\.)?Literal\s*\[/.test(textOf(node, text));

/** The variable, parameter, property or alias that a type belongs to. */
function declaredName(type: SyntaxNode, text: string): string {
  for (const up of ancestors(type)) {
    const name = childOf(up, "name", "pattern", "left");
    if (name !== undefined && name.end <= type.start) return lastIdentifier(textOf(name, text));
    if (/typed_parameter/.test(up.type)) return lastIdentifier(textOf(namedChildren(up)[0] as SyntaxNode, text));
    if (/statement|block|^program$|^module$/.test(up.type)) return "";
  }
  return "";
}
