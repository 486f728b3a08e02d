/**
 * Which names a JavaScript or TypeScript program declares, and where: what is declared nowhere around its use is the
 * runtime's. Works on the syntax tree; knows hoisting of `var` and functions, patterns, parameters and imports.
 */
import { ancestors, childOf, type SyntaxNode, textOf, walk } from "../../syntax/tree.ts";

export interface Scopes {
  /** Whether the identifier at `node` is declared by no scope around it. */
  isFree(node: SyntaxNode): boolean;
  /** What a `const` that is seen from `node` was made from; undefined for everything else. */
  initializerOf(node: SyntaxNode): SyntaxNode | undefined;
}

const FUNCTION = /^(?:function_expression|function_declaration|generator_function.*|arrow_function|method_definition)$/;
const BLOCK = /^(?:program|statement_block|for_statement|for_in_statement|catch_clause|switch_body|class_body)$/;
const DECLARATION = /^(?:function_declaration|generator_function_declaration|class_declaration|enum_declaration)$/;

type Declared = Map<string, SyntaxNode | undefined>;

export function scopesOf(root: SyntaxNode, text: string): Scopes {
  const scopes = new Map<SyntaxNode, Declared>();
  const declare = (scope: SyntaxNode, name: SyntaxNode, initializer?: SyntaxNode) => {
    const declared = scopes.get(scope) ?? new Map<string, SyntaxNode | undefined>();
    scopes.set(scope, declared.set(textOf(name, text), initializer));
  };
  for (const node of walk(root)) declareFrom(node, root, declare);
  const find = (node: SyntaxNode): { initializer: SyntaxNode | undefined } | undefined => {
    const name = textOf(node, text);
    for (const up of ancestors(node)) {
      const declared = scopes.get(up);
      if (declared?.has(name) === true) return { initializer: declared.get(name) };
    }
    return undefined;
  };
  return { isFree: (node) => find(node) === undefined, initializerOf: (node) => find(node)?.initializer };
}

type Declare = (scope: SyntaxNode, name: SyntaxNode, initializer?: SyntaxNode) => void;

function declareFrom(node: SyntaxNode, root: SyntaxNode, declare: Declare): void {
  const around = (pattern: RegExp): SyntaxNode => [...ancestors(node)].find(({ type }) => pattern.test(type)) ?? root;
  const name = childOf(node, "name");
  if (node.type === "variable_declarator" && name !== undefined) {
    const isVar = node.parent?.type === "variable_declaration";
    const scope = isVar ? around(new RegExp(`${FUNCTION.source}|^program$`)) : around(BLOCK);
    const isConst = node.parent?.children[0]?.type === "const" && name.type === "identifier";
    for (const bound of namesIn(name)) declare(scope, bound, isConst ? childOf(node, "value") : undefined);
  } else if (DECLARATION.test(node.type) && name !== undefined) declare(around(BLOCK), name);
  else if (/^(?:function_expression|class)$/.test(node.type) && name !== undefined) declare(node, name);
  else if (/^(?:required|optional)_parameter$/.test(node.type)) {
    // A function, or the type of one.
    for (const bound of namesIn(childOf(node, "pattern"))) declare(node.parent?.parent ?? root, bound);
  } else if (node.type === "arrow_function" || node.type === "catch_clause") {
    for (const bound of namesIn(childOf(node, "parameter"))) declare(node, bound);
  } else if (node.type === "for_in_statement" && childOf(node, "kind") !== undefined) {
    for (const bound of namesIn(childOf(node, "left"))) declare(node, bound);
  } else if (node.type === "import_specifier") declare(root, childOf(node, "alias", "name") ?? node);
  else if (node.type === "import_clause" || node.type === "namespace_import") {
    for (const child of node.children) if (child.type === "identifier") declare(root, child);
  }
}

/** The names that a pattern binds: keys and default values are none. */
function namesIn(pattern: SyntaxNode | undefined): SyntaxNode[] {
  if (pattern === undefined) return [];
  if (/^(?:identifier|shorthand_property_identifier_pattern)$/.test(pattern.type)) return [pattern];
  if (pattern.type === "pair_pattern") return namesIn(childOf(pattern, "value"));
  if (pattern.type.endsWith("assignment_pattern")) return namesIn(childOf(pattern, "left"));
  return pattern.children.filter(({ named }) => named).flatMap(namesIn);
}
