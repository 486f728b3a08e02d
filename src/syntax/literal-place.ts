/**
 * Where a literal stands: the name it is bound to, the names around that, and its part in the expression.
 */
import { boundName, lastIdentifier, optionName, scopeName } from "./names.ts";
import { childOf, namedChildren, type SyntaxNode, textOf } from "./tree.ts";

/** The part that a literal plays; `value` when nothing more special holds, `printed` in the arithmetic of what is only printed (printed.ts). */
export type LiteralRole =
  | "value"
  | "argument"
  | "operand"
  | "comparison"
  | "loop"
  | "index"
  | "modulo"
  | "import"
  | "key"
  | "case"
  | "type"
  | "printed";

export interface Place {
  /** What it is bound to, `learningRate`, or `clip[1]` for an argument of an unknown function; "" when nothing names it. */
  readonly name: string;
  /** Names around `name`, outermost first: functions, classes, outer keys. */
  readonly scope: readonly string[];
  readonly role: LiteralRole;
}

const CALL =
  /^(?:call|call_expression|new_expression|method_invocation|object_creation_expression|invocation_expression|function_call_expression|command)$/;
const COMPARISON = /^(?:[<>]=?|[!=]==?|eq|ne|lt|gt|le|ge)$/;
/** Calls whose argument still is the value of what is around them: `lr = Math.max(0.1, x)`. */
const TRANSPARENT =
  /^(?:Math\.|math\.|np\.(?:float|int|array)|float$|int$|Number$|f(?:32|64)$|min$|max$|Object\.freeze$|torch\.tensor$)/;
const DOWN_TO_THE_VALUE: Readonly<Record<string, LiteralRole>> = {
  index: "index",
  subscript: "index",
  size: "index",
  // The 2 of Rust's `pair.2`.
  field: "index",
  key: "key",
};

/** Finds the place of a literal by climbing from it to the root; `parameters` are the file's own functions' (names.ts). */
export function placeOf(literal: SyntaxNode, text: string, parameters: ReadonlyMap<string, readonly string[]>): Place {
  const names: string[] = [];
  let role: LiteralRole = "value";
  let from = literal;
  for (let up = literal.parent; up !== null; from = up, up = up.parent) {
    const isUnnamed = names.length === 0;
    const declared = isUnnamed ? declaredDefault(up, text) : undefined;
    if (declared !== undefined) {
      names.push(...declared.names);
      up = declared.call;
      continue;
    }
    const found = isUnnamed ? roleIn(up, from) : headerRole(up, from);
    if (role === "value" || role === "operand" || found === "loop") role = found ?? role;
    const called = CALL.test(up.type) ? callNames({ call: up, literal, text, parameters, isUnnamed }) : [];
    if (isUnnamed && role === "value" && CALL.test(up.type)) role = called.length > 0 ? "argument" : "operand";
    const name =
      boundName(up, from, { text, literal }) ??
      scopeName(up, from, text) ??
      (isUnnamed ? comparedName(up, from, text) : undefined);
    names.push(...called, ...(name === undefined || name === "" ? [] : [name]));
  }
  return { name: names[0] ?? "", scope: names.slice(1).reverse(), role };
}

/**
 * `default=` of a call that declares an option: `add_argument("--lr", default=0.1)` names it `lr`; for
 * `lr: float = field(default=0.1)` what is around the call does.
 */
function declaredDefault(up: SyntaxNode, text: string): { names: string[]; call: SyntaxNode } | undefined {
  const call = up.parent?.parent;
  if (up.type !== "keyword_argument" || call?.type !== "call") return undefined;
  if (textOf(childOf(up, "name") ?? up, text) !== "default") return undefined;
  const option = optionName(call, text);
  return { names: option === undefined ? [] : [option], call };
}

const headerRole = (up: SyntaxNode, from: SyntaxNode): LiteralRole | undefined =>
  (/^(?:enhanced_)?for(?:_|$)/.test(up.type) && from.field !== "body") || isEndless(up, from)
    ? "loop"
    : /^import|^export_clause/.test(up.type)
      ? "import"
      : undefined;

/** `while True`, `while (true)`. */
const isEndless = (up: SyntaxNode, from: SyntaxNode): boolean =>
  /^(?:while|do)_/.test(up.type) &&
  from.field === "condition" &&
  /^(?:true|false)$/.test((namedChildren(from)[0] ?? from).type);

function roleIn(up: SyntaxNode, from: SyntaxNode): LiteralRole | undefined {
  const operator = operatorOf(up);
  if (operator === "%") return "modulo";
  if (operator !== undefined && COMPARISON.test(operator)) return "comparison";
  if (operator !== undefined) return "operand";
  if (
    /^(?:switch_case|case|expression_case|match_arm|switch_label)/.test(up.type) &&
    from.field !== "body" &&
    up.type + from.field !== "match_armvalue"
  )
    return "case";
  if (up.type === "literal_type" || from.field === "type") return "type";
  if (/^(?:slice|array_type|attribute|annotation|file_redirect)/.test(up.type)) return "index";
  // In grammars that give an index no field of its own.
  if (/^(?:subscript_|index_|element_)/.test(up.type) && from !== namedChildren(up)[0]) return "index";
  return (from.field === null ? undefined : DOWN_TO_THE_VALUE[from.field]) ?? headerRole(up, from);
}

/** The operator of a binary expression in any of the grammars. */
export function operatorOf(node: SyntaxNode): string | undefined {
  if (!/^(?:binary|comparison_operator|boolean_operator)/.test(node.type)) return undefined;
  return childOf(node, "operator", "operators")?.type ?? node.children.find((child) => !child.named)?.type;
}

/** In `step < 100` the number is about `step`. */
function comparedName(up: SyntaxNode, from: SyntaxNode, text: string): string | undefined {
  const operator = operatorOf(up);
  if (operator === undefined || !COMPARISON.test(operator)) return undefined;
  const other = namedChildren(up).find((child) => child !== from);
  return other === undefined ? undefined : lastIdentifier(textOf(other, text));
}

interface CallSite {
  readonly call: SyntaxNode;
  readonly literal: SyntaxNode;
  readonly text: string;
  readonly parameters: ReadonlyMap<string, readonly string[]>;
  /** Whether nothing nearer names the literal. */
  readonly isUnnamed: boolean;
}

/** Names that a call gives, innermost first: the parameter (or the position) and the function. */
function callNames({ call, literal, text, parameters, isUnnamed }: CallSite): string[] {
  const callee = childOf(call, "function", "constructor", "name", "method", "type");
  const holds = (node: SyntaxNode) => node.start <= literal.start && literal.start < node.end;
  if (callee === undefined || holds(callee)) return [];
  const source = textOf(callee, text);
  if (TRANSPARENT.test(source)) return [];
  const name = lastIdentifier(source);
  if (!isUnnamed) return [name];
  if (call.type === "command") return [optionBefore(call, literal, text), name].filter((one) => one !== "");
  const list = call.children.find((child) => child !== callee && holds(child));
  const position = list === undefined ? -1 : namedChildren(list).findIndex(holds);
  return position < 0 ? [name] : [parameters.get(name)?.[position] ?? `${name}[${position}]`, name];
}

/** `lr` for the number in `train --lr 0.3`. */
function optionBefore(command: SyntaxNode, literal: SyntaxNode, text: string): string {
  const before = command.children.findLast((child) => child.end < literal.start);
  const source = before === undefined ? "" : textOf(before, text);
  return source.startsWith("-") ? lastIdentifier(source) : "";
}
