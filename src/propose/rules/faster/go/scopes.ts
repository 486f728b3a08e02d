/** What names of Go mean where: functions, their names, imports. */
import { remember } from "../../../../core/remember.ts";
import { ancestors, childOf, namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { lineBreakOf, type Rewrite, type Source, sourceOf } from "../../rule.ts";
import { freeName as firstFree } from "../free-name.ts";

export type Replacement = Rewrite["replacements"][number];

export const isGo = (source: Source): boolean => source.language === "go";

/** The declared function or method that a node is in. */
export const functionOf = (node: SyntaxNode): SyntaxNode | undefined =>
  [...ancestors(node)].find(({ type }) => /^(?:function|method)_declaration$/.test(type));

/** Every use of a name by itself within a node: no field's, no type's. */
export const usesOf = (source: Source, within: SyntaxNode, name: string): readonly SyntaxNode[] =>
  [...walk(within)].filter((node) => node.type === "identifier" && sourceOf(source, node) === name && !isKey(node));

/** `name` of `Thing{name: 1}`; where it is a value after all, what is made of the others does not compile. */
const isKey = ({ parent }: SyntaxNode): boolean =>
  parent?.type === "literal_element" && parent.parent?.type === "keyed_element" && parent.parent.children[0] === parent;

/** Where names get their meaning: `:=`, `var`, parameters, `range`. */
export function isDeclared(node: SyntaxNode): boolean {
  const { parent } = node;
  if (parent === null) return false;
  if (/^(?:var_spec|const_spec|parameter_declaration|variadic_parameter_declaration)$/.test(parent.type))
    return node.field === "name";
  const up = parent.type === "expression_list" && parent.field === "left" ? parent.parent : null;
  return /^(?:short_var_declaration|range_clause)$/.test(up?.type ?? "");
}

/** Whether a statement is one of a block, so that lines can be put beside it. */
export const isInList = ({ parent }: SyntaxNode): boolean => parent?.type === "statement_list";

/** Loops around a node within its function. */
export function loopsAround(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (const up of ancestors(node)) {
    if (/^(?:function|method)_declaration$/.test(up.type)) break;
    if (up.type === "for_statement") found.push(up);
  }
  return found;
}

/** A name that the file does not have. */
export const freeName = (source: Source, base: string): string =>
  firstFree(source, (n) => (n === 1 ? base : `${base}${n}`));

const importsOf = remember((source: Source): readonly SyntaxNode[] =>
  source.nodes.filter(({ type }) => type === "import_spec"),
);

/** The paths of what a file imports. */
export const importedPaths = (source: Source): readonly string[] =>
  importsOf(source).map((node) => sourceOf(source, childOf(node, "path") ?? node).slice(1, -1));

/** A line for an import where it is missing; undefined where there is no place for it. */
export function imported(source: Source, path: string): readonly Replacement[] | undefined {
  if (importedPaths(source).includes(path)) return [];
  const [first] = importsOf(source);
  if (first === undefined || !/^["`]/.test(sourceOf(source, first))) return undefined;
  const eol = lineBreakOf(source);
  const isInGroup = first.parent?.type === "import_spec_list";
  const start = isInGroup ? first.start : (first.parent?.start ?? first.start);
  return [{ start, end: start, text: isInGroup ? `"${path}"${eol}\t` : `import "${path}"${eol}` }];
}

/** The one name on the left of `:=` or `=`, and the one value on its right. */
export function pairOf(node: SyntaxNode): { readonly left: SyntaxNode; readonly right: SyntaxNode } | undefined {
  if (!/^(?:short_var_declaration|assignment_statement)$/.test(node.type)) return undefined;
  const [lefts, rights] = [childOf(node, "left"), childOf(node, "right")].map((list) =>
    list === undefined ? [] : namedChildren(list),
  ) as [readonly SyntaxNode[], readonly SyntaxNode[]];
  const [[left], [right]] = [lefts, rights];
  return left !== undefined && right !== undefined && lefts.length === 1 && rights.length === 1
    ? { left, right }
    : undefined;
}

/** `=`, `+=` or `:=`. */
export const signOf = (source: Source, node: SyntaxNode): string =>
  node.children.filter(({ named }) => !named).map((one) => sourceOf(source, one))[0] ??
  sourceOf(source, childOf(node, "operator") ?? node);
