/** Loops in any of the grammars: what they repeat, and what changes while they do. */
import { ancestors, childOf, type SyntaxNode, walk } from "../../../syntax/tree.ts";
import { callParts, type Source, sourceOf } from "../rule.ts";

const LOOP = /^(?:enhanced_for|for|foreach|while|do|until|loop)(?:_|$)/;

/** The part that is repeated; undefined for what is no loop, a comprehension included. */
export const bodyOf = (node: SyntaxNode): SyntaxNode | undefined =>
  node.named && LOOP.test(node.type) ? childOf(node, "body") : undefined;

export const isLoop = (node: SyntaxNode): boolean => bodyOf(node) !== undefined;

/** What stands before a node on its line, if that is nothing but its indentation. */
export function indentOf({ text }: Source, node: SyntaxNode): string | undefined {
  const before = text.slice(text.lastIndexOf("\n", node.start - 1) + 1, node.start);
  return /^[ \t]*$/.test(before) ? before : undefined;
}

/** Whether a node is one of the statements of a block: a line more before it is no other program's. */
export const isInBlock = ({ parent }: SyntaxNode): boolean =>
  parent !== null &&
  (/block|body|statement_list|^(?:program|module|source_file|translation_unit|do|then)$|compound_statement/.test(
    parent.type,
  ) ||
    (parent.type === "expression_statement" && isInBlock(parent)));

/** What may differ from one round of a loop to the next. */
export interface Changes {
  /** Names and members that are given values, by their last name. */
  readonly names: ReadonlySet<string>;
  /** Objects whose elements or state may change, as written. */
  readonly objects: ReadonlySet<string>;
}

const ASSIGNMENT =
  /assign|^(?:update_expression|(?:postfix_)?(?:unary_expression|postfix_unary_expression)|inc_statement|dec_statement|prefix_unary_expression)$/;
const BINDING = /declarat|parameter|^for|foreach|for_|clause|let|pattern|^with_item$|^as_pattern|closure|lambda/;
const NAME = /^(?:identifier|variable_name|instance_variable|shorthand_property_identifier_pattern)$/;
/** Kinds of `xs[i]`. */
export const ELEMENT = /subscript|^index_expression$|element_access|array_access|element_reference/;
/** Methods that leave their object as it is. */
const READS =
  /^(?:get|at|size|length|len|empty|front|back|begin|end|cbegin|cend|find|count|contains|has|includes|indexOf|charAt|charCodeAt|codePointAt|startsWith|endsWith|slice|substring|keys|values|items|entries|iter|is_empty|as_str|as_bytes|chars|index|lower|upper|toLowerCase|toUpperCase|to_lowercase|to_uppercase|ToLower|ToUpper|trim|Trim|split|strip|join|format|abs|sqrt|pow|floor|ceil|round|min|max)$/;

/** What has functions and no state. */
const PACKAGE = /^(?:strings|strconv|unicode|utf8|math|Math|cmath|np|numpy)$/;

export function changesIn(source: Source, loop: SyntaxNode): Changes {
  const names = new Set<string>();
  const objects = new Set<string>();
  for (const node of walk(loop)) {
    if (NAME.test(node.type) && isBound(node, loop)) names.add(sourceOf(source, node));
    const parts = callParts(node);
    if (parts !== null) noteCall(source, parts.callee, objects);
    if (source.language === "cpp") for (const name of filledBy(source, node)) names.add(name);
    if (!ASSIGNMENT.test(node.type)) continue;
    const target = childOf(node, "left", "argument", "operand") ?? node.children.find((child) => child.named);
    if (target !== undefined) noteTarget(source, target, { names, objects });
  }
  return { names, objects };
}

/** C and C++: functions that fill what they are given. */
const FILLS =
  /^(?:std::)?(?:getline|fgets|f?read|[fs]?scanf|v?s?n?printf|strn?cpy|strn?cat|stpcpy|strtok(?:_r)?|memcpy|memmove|memset|swap|sort|stable_sort|reverse|fill)$/;

/** What a call or `in >> x` may give another value without an assignment: `&x`, too. */
function filledBy(source: Source, node: SyntaxNode): readonly string[] {
  const parts = callParts(node);
  if (parts === null) {
    const right = node.type === "binary_expression" ? childOf(node, "right") : undefined;
    const isRead = right?.type === "identifier" && node.children.some(({ type }) => type === ">>");
    return isRead && right !== undefined ? [sourceOf(source, right)] : [];
  }
  const isFilling = FILLS.test(sourceOf(source, parts.callee));
  return parts.values.flatMap((value) => {
    const code = sourceOf(source, value);
    const [, address, name = ""] = /^(&?)\s*(?:\w+(?:\.|->))*(\w+)/.exec(code) ?? [];
    return (isFilling && !/literal/.test(value.type)) || address === "&" ? [name] : [];
  });
}

/** A loop's variables, declarations in its body, parameters of functions in it. */
function isBound(node: SyntaxNode, loop: SyntaxNode): boolean {
  if (/^(?:declarator|pattern)$/.test(node.field ?? "")) return true;
  for (const up of [node, ...ancestors(node)]) {
    if (up === loop.parent || up.type === "block" || up.parent === null) return false;
    if (/^(?:left|name|pattern|declarator|parameters|alias)$/.test(up.field ?? "") && BINDING.test(up.parent.type))
      return true;
    // PHP's `foreach` and Go's `range` have no fields for some of these.
    if (up.parent.type.startsWith("foreach") && up.field === null) return true;
    if (/call|member|attribute|selector|field|subscript|index/.test(up.type)) return false;
  }
  return false;
}

function noteTarget(source: Source, target: SyntaxNode, into: { names: Set<string>; objects: Set<string> }): void {
  if (/list|tuple|pattern|parenthes|array_pattern/.test(target.type) && !ELEMENT.test(target.type)) {
    for (const child of target.children) if (child.named) noteTarget(source, child, into);
    return;
  }
  if (ELEMENT.test(target.type)) {
    const base = target.children.find((child) => child.named);
    if (base !== undefined) into.objects.add(sourceOf(source, base));
    // `d[i][j] = 1` changes d as well as d[i].
    if (base !== undefined && ELEMENT.test(base.type)) noteTarget(source, base, into);
    return;
  }
  const name = /[\p{L}\p{N}_$]+$/u.exec(sourceOf(source, target))?.[0] ?? "";
  // A variable of PHP is a sign and a name.
  into.names.add(name).add(name.replace(/^\$/, ""));
}

function noteCall(source: Source, callee: SyntaxNode, objects: Set<string>): void {
  const [, object, method] = /^(.+?)(?:\.|->|::|\?\.)([\p{L}\p{N}_$]+)$/su.exec(sourceOf(source, callee)) ?? [];
  if (object !== undefined && method !== undefined && !READS.test(method) && !PACKAGE.test(object)) objects.add(object);
}
