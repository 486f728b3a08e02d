/** Rust: what is cloned to be looked at is lent; where somebody wants it for himself, that does not compile. */
import { ancestors, childOf, namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { brief, callParts, replaceNode, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";

export const lent: Rule = {
  name: "lent",
  weight: 1.2,
  find: (source) =>
    source.language === "rust"
      ? source.nodes.flatMap((node) => [...looks(source, node), ...values(source, node), ...results(source, node)])
      : [],
};

/** The receiver of `x.clone()`. */
function clonedIn(source: Source, node: SyntaxNode): SyntaxNode | undefined {
  const parts = callParts(node);
  const isClone =
    parts !== null &&
    parts.values.length === 0 &&
    /\.(?:clone|to_vec|to_owned|to_string)$/.test(sourceOf(source, parts.callee));
  return isClone ? childOf(parts.callee, "value") : undefined;
}

/** `for x in xs.clone()`, `x.clone().unwrap().field` and `xs.clone().iter()`. */
function looks(source: Source, node: SyntaxNode): Rewrite[] {
  const cloned = clonedIn(source, node);
  const code = cloned === undefined ? "" : sourceOf(source, cloned);
  if (cloned === undefined) return [];
  if (node.parent?.type === "for_expression" && node.field === "value")
    return [replaceNode(node, `${code}.iter()`, `lend ${brief(code)} to its loop`)];
  const method = node.parent?.type === "field_expression" ? childOf(node.parent, "field") : undefined;
  const name = method === undefined ? "" : sourceOf(source, method);
  if (/^(?:unwrap|expect|map|is_some_and)$/.test(name))
    return [replaceNode(node, `${code}.as_ref()`, `look into ${brief(code)} where it is`)];
  if (name === "into_iter" && method !== undefined)
    return [
      {
        ...replaceNode(node, code, `go through ${brief(code)} where it is`),
        replacements: [{ start: cloned.end, end: method.end, text: ".iter()" }],
      },
    ];
  return [];
}

const PLACE = /^(?:field_expression|index_expression)$/;

/** `let row = rows[i].clone();` */
function values(source: Source, node: SyntaxNode): Rewrite[] {
  const value = node.type === "let_declaration" ? childOf(node, "value") : undefined;
  const cloned = value === undefined ? undefined : clonedIn(source, value);
  if (value === undefined || cloned === undefined || childOf(node, "type") !== undefined || !PLACE.test(cloned.type))
    return [];
  if (node.children.some(({ type }) => type === "mutable_specifier")) return [];
  const code = sourceOf(source, cloned);
  return [
    replaceNode(
      value,
      `&${code}`,
      `lend ${brief(code)} to ${brief(sourceOf(source, childOf(node, "pattern") ?? node))}`,
    ),
  ];
}

/** A function that clones what it gives back gives it by reference. */
function results(source: Source, node: SyntaxNode): Rewrite[] {
  const [type, body, parameters] = [childOf(node, "return_type"), childOf(node, "body"), childOf(node, "parameters")];
  if (node.type !== "function_item" || type === undefined || body === undefined || parameters === undefined) return [];
  if (!sourceOf(source, parameters).includes("&")) return [];
  const leaves = [...ends(body), ...returns(node, body)];
  const made = leaves.map((leaf) => ({ leaf, text: reference(source, leaf) }));
  const isCloned = leaves.some((leaf) => clonedIn(source, leaf) !== undefined);
  if (!isCloned || made.some(({ text }) => text === undefined)) return [];
  return [
    {
      description: `${sourceOf(source, childOf(node, "name") ?? node)} lends what it gives`,
      at: node.start,
      replacements: [
        { start: type.start, end: type.end, text: borrowedType(sourceOf(source, type)) },
        ...made.map(({ leaf: { start, end }, text }) => ({ start, end, text: text ?? "" })),
      ],
    },
  ];
}

const borrowedType = (type: string): string => {
  const [, item] = /^Vec<(.*)>$/s.exec(type) ?? [];
  return item === undefined ? (type === "String" ? "&str" : `&${type}`) : `&[${item}]`;
};

function reference(source: Source, leaf: SyntaxNode): string | undefined {
  const cloned = clonedIn(source, leaf);
  const code = sourceOf(source, leaf);
  if (cloned !== undefined) return PLACE.test(cloned.type) ? `&${sourceOf(source, cloned)}` : sourceOf(source, cloned);
  if (/^(?:Vec::new\(\)|vec!\[\])$/.test(code)) return "&[]";
  return /^String::new\(\)$/.test(code) ? '""' : undefined;
}

/** The values that a block may end with. */
function ends(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.type === "block") {
    const last = namedChildren(node).at(-1);
    if (last === undefined) return [node];
    if (last.type !== "expression_statement") return ends(last);
    // `match` and `if` are statements without a semicolon; a `return` with one is found by itself.
    const inner = namedChildren(last)[0];
    return inner === undefined || /^(?:return|for|while|loop)_expression$/.test(inner.type) ? [] : ends(inner);
  }
  if (node.type === "if_expression") {
    const [yes, no] = [childOf(node, "consequence"), childOf(node, "alternative")];
    return [...(yes === undefined ? [] : ends(yes)), ...(no === undefined ? [node] : ends(no))];
  }
  if (node.type === "else_clause") return namedChildren(node).flatMap(ends);
  if (node.type === "match_expression")
    return namedChildren(childOf(node, "body") ?? node).flatMap((arm) => {
      const value = childOf(arm, "value");
      return value === undefined ? [arm] : ends(value);
    });
  return node.type === "return_expression" ? [] : [node];
}

/** What is returned before the end, of the function itself. */
const returns = (owner: SyntaxNode, body: SyntaxNode): readonly SyntaxNode[] =>
  [...walk(body)]
    .filter(
      (node) =>
        node.type === "return_expression" &&
        [...ancestors(node)].find(({ type }) => /^(?:function_item|closure_expression)$/.test(type)) === owner,
    )
    .flatMap((node) => namedChildren(node)[0] ?? node);
