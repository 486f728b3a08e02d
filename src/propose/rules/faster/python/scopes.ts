/** What names of Python mean where: scopes, their names, and lines that are put before others. */
import { remember } from "../../../../core/remember.ts";
import { ancestors, childOf, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { callParts, lineBreakOf, type Source, sourceOf } from "../../rule.ts";
import { freeName as firstFree } from "../free-name.ts";

export type Replacement = { readonly start: number; readonly end: number; readonly text: string };

/** The function that a node is in, or the module. */
export function scopeOf(node: SyntaxNode): SyntaxNode {
  let top = node;
  for (const up of ancestors(node)) {
    if (up.type === "function_definition") return up;
    top = up;
  }
  return top;
}

/** Every name by itself within a node: no member's, no keyword's of a call. */
export function* namesWithin(node: SyntaxNode): Generator<SyntaxNode> {
  for (const inner of walk(node)) {
    if (inner.type !== "identifier" || inner.parent === null) continue;
    const isMember = inner.parent.type === "attribute" && inner.field === "attribute";
    const isKeyword = inner.parent.type === "keyword_argument" && inner.field === "name";
    if (!isMember && !isKeyword) yield inner;
  }
}

/** Every use of a name by itself, in the order of the text. */
export const usesOf = (source: Source, name: string, within: SyntaxNode): readonly SyntaxNode[] =>
  (uses(source).get(name) ?? []).filter(({ start, end }) => within.start <= start && end <= within.end);

const uses = remember((source: Source): ReadonlyMap<string, readonly SyntaxNode[]> =>
  Map.groupBy(source.nodes[0] === undefined ? [] : [...namesWithin(source.nodes[0])], (one) => sourceOf(source, one)),
);

/** A name that the file does not have, made of one. */
export function freeName(source: Source, base: string): string {
  const plain = base.replace(/^_+|[^\p{L}\p{N}_]/gu, "");
  return firstFree(source, (n) => (n === 1 ? plain : `${plain}_${n}`));
}

/** Functions and methods of the file, by name. */
export const functionsOf = remember((source: Source): ReadonlyMap<string, readonly SyntaxNode[]> =>
  Map.groupBy(
    source.nodes.filter(({ type }) => type === "function_definition"),
    (node) => sourceOf(source, childOf(node, "name") ?? node),
  ),
);

/** A node and the bodies of those functions of the file that may be called from it, and from these. */
export function reachedFrom(source: Source, node: SyntaxNode): readonly SyntaxNode[] {
  const reached = [node];
  const seen = new Set<string>();
  for (const part of reached) {
    for (const inner of walk(part)) {
      const name = calledName(source, inner);
      if (name === undefined || seen.has(name)) continue;
      seen.add(name);
      reached.push(...(functionsOf(source).get(name) ?? []), ...(classesOf(source).get(name) ?? []));
    }
  }
  return reached;
}

const classesOf = remember((source: Source): ReadonlyMap<string, readonly SyntaxNode[]> =>
  Map.groupBy(
    source.nodes.filter(({ type }) => type === "class_definition"),
    (node) => sourceOf(source, childOf(node, "name") ?? node),
  ),
);

/** The last name of what is called, or of a property that may be a function. */
function calledName(source: Source, node: SyntaxNode): string | undefined {
  const callee = callParts(node)?.callee ?? (node.type === "attribute" ? node : undefined);
  if (callee === undefined) return undefined;
  const last = callee.type === "attribute" ? childOf(callee, "attribute") : callee;
  return last?.type === "identifier" ? sourceOf(source, last) : undefined;
}

/** A line of import where it is missing, and what the file then calls the module. */
export function imported(source: Source, module: string): readonly Replacement[] {
  if (new RegExp(`^import ${module}(?:[ \\t]*#.*)?\\s*$`, "m").test(source.text)) return [];
  const start = importPlace(source);
  return [{ start, end: start, text: `import ${module}${lineBreakOf(source)}` }];
}

/** Before the first import that is not from the future, or the first statement. */
export function importPlace(source: Source): number {
  const first = statementsOf(source).find(
    (one, i) => one.type !== "future_import_statement" && !(i === 0 && isText(one)),
  );
  return first?.start ?? 0;
}

/** Where a definition can be put that needs the imports: before the first statement that is none. */
export function definitionPlace(source: Source): number {
  const first = statementsOf(source).find(
    (one, i) => !/^(?:future_)?import_(?:from_)?statement$|^future_import/.test(one.type) && !(i === 0 && isText(one)),
  );
  return first?.start ?? 0;
}

const statementsOf = ({ nodes: [root] }: Source): readonly SyntaxNode[] =>
  root === undefined ? [] : root.children.filter(({ named, type }) => named && type !== "comment");

const isText = (statement: SyntaxNode): boolean =>
  statement.type === "expression_statement" && [...walk(statement)][1]?.type === "string";

/** A value that follows from names, constants and what leaves them alone: no call but of what is known to change nothing. */
export function isPure(source: Source, node: SyntaxNode): boolean {
  return [...walk(node)].every((inner) => {
    if (/^(?:await|yield|named_expression|lambda|generator_expression|list_splat|dictionary_splat)$/.test(inner.type))
      return false;
    const parts = callParts(inner);
    return parts === null || isPureCall(source, parts.callee);
  });
}

const PURE_FUNCTIONS =
  /^(?:len|str|int|float|abs|round|min|max|sum|ord|chr|bool|tuple|sorted|range|enumerate|zip|reversed|isinstance|list|dict|set|frozenset|any|all|repr|divmod|pow|hash)$/;
const PURE_METHODS =
  /^(?:lower|upper|casefold|strip|lstrip|rstrip|title|capitalize|split|replace|startswith|endswith|find|count|index|isdigit|isalpha|isalnum|isspace|date|weekday|isoweekday|isoformat|strftime|total_seconds|get|items|keys|values|join|format)$/;

const KNOWN =
  /^(?:math\.\w+|re\.\w+|_?[A-Z_\d]+\.(?:match|search|fullmatch|sub|split|findall)|(?:datetime\.)*(?:strptime|fromisoformat|date|datetime|timedelta))$/;

function isPureCall(source: Source, callee: SyntaxNode): boolean {
  const isMethod = callee.type === "attribute";
  const last = isMethod ? childOf(callee, "attribute") : callee;
  if (last?.type !== "identifier") return false;
  const name = sourceOf(source, last);
  const own = functionsOf(source).get(name);
  if (own !== undefined) return own.every(isQuietIn(source));
  return (isMethod ? PURE_METHODS : PURE_FUNCTIONS).test(name) || KNOWN.test(sourceOf(source, callee));
}

/** Whether a function of the file gives a value and does nothing else; one that calls itself is asked about once. */
export const isQuietIn = remember((source: Source) => {
  const known = new Map<SyntaxNode, boolean>();
  return (definition: SyntaxNode): boolean => {
    if (!known.has(definition)) {
      known.set(definition, true);
      known.set(definition, !CHANGES.test(sourceOf(source, definition)) && givesOnly(source, definition));
    }
    return known.get(definition) as boolean;
  };
});

const CHANGES = /\b(?:global|nonlocal|yield|await|del)\b/;

/** Assigns to no attribute and no element, and calls what is pure, or changes what it made itself. */
function givesOnly(source: Source, definition: SyntaxNode): boolean {
  const made = madeIn(source, definition);
  const isOwn = (node: SyntaxNode | undefined): boolean => {
    const base = node === undefined ? undefined : baseOf(node);
    return base !== undefined && made.has(sourceOf(source, base));
  };
  return [...walk(definition)].every((node) => {
    if (node.type.endsWith("assignment")) {
      const left = childOf(node, "left");
      return left === undefined || !/^(?:attribute|subscript)$/.test(left.type) || isOwn(left);
    }
    const callee = callParts(node)?.callee;
    return callee === undefined || isPureCall(source, callee) || (callee.type === "attribute" && isOwn(callee));
  });
}

/** What `a.b[c]` begins with, if that is a name. */
function baseOf(node: SyntaxNode): SyntaxNode | undefined {
  const inner = childOf(node, "object", "value");
  return inner === undefined ? (node.type === "identifier" ? node : undefined) : baseOf(inner);
}

/** Names that are only ever given displays, comprehensions or numbers in a function. */
export function madeIn(source: Source, definition: SyntaxNode): ReadonlySet<string> {
  const assigned = [...walk(definition)].filter(({ type }) => type === "assignment");
  const isMade = (node: SyntaxNode) => {
    const value = childOf(node, "right");
    return (
      value !== undefined &&
      (/^(?:list|dictionary|set|integer|float|string|(?:list|dictionary|set)_comprehension)$/.test(value.type) ||
        /^(?:list|dict|set)\(/.test(sourceOf(source, value)))
    );
  };
  const byName = Map.groupBy(assigned, (node) => sourceOf(source, childOf(node, "left") ?? node));
  return new Set([...byName].filter(([, nodes]) => nodes.every(isMade)).map(([name]) => name));
}
