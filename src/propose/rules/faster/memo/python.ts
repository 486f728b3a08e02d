/**
 * A Python function of its arguments alone remembers what it gave, where it calls itself or is called in loops of its own file. Left alone
 * is what reads something that changes, and what gives a list or the like to callers that may change it.
 */
import { remember } from "../../../../core/remember.ts";
import { ancestors, childOf, namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { lineBreakOf, type Rewrite, type Source, sourceOf } from "../../rule.ts";
import { isLoop } from "../loops.ts";
import { changesInPlace, isAlwaysThere, isSetLater } from "../python/mutation.ts";
import { functionsOf, imported, isQuietIn, madeIn, namesWithin, reachedFrom, scopeOf } from "../python/scopes.ts";

export const rememberedInPython = (source: Source): readonly Rewrite[] =>
  source.nodes.flatMap((node) => (node.type === "function_definition" ? remembered(source, node) : []));

function remembered(source: Source, node: SyntaxNode): Rewrite[] {
  const [name, parameters] = [childOf(node, "name"), childOf(node, "parameters")];
  if (node.parent?.type === "decorated_definition" || name === undefined || parameters === undefined) return [];
  const code = sourceOf(source, name);
  const isPlain = namedChildren(parameters).length > 0 && !/\*|lambda/.test(sourceOf(source, parameters));
  if (!isPlain || /^__|^(?:test|main)/.test(code) || functionsOf(source).get(code)?.length !== 1) return [];
  if (!isCalledOften(source, node, code) || !isQuietIn(source)(node)) return [];
  if (!dependsOnArguments(source, node) || (givesNew(source, node) && !isOnlyRead(source, code))) return [];
  const before = source.text.slice(source.text.lastIndexOf("\n", node.start - 1) + 1, node.start);
  const line = `@functools.lru_cache(maxsize=1 << 18, typed=True)${lineBreakOf(source)}${before}`;
  return [
    {
      description: `remember what ${code} gave`,
      at: node.start,
      replacements: [...imported(source, "functools"), { start: node.start, end: node.start, text: line }],
    },
  ];
}

/** By itself, or within a loop or a comprehension, or by a function of which this is so. */
function isCalledOften(source: Source, definition: SyntaxNode, name: string, depth = 0): boolean {
  return (callsOf(source).get(name) ?? []).some((call) => {
    const above = [...ancestors(call)];
    if (above.includes(definition) || above.some((up) => isLoop(up) || /comprehension|generator/.test(up.type)))
      return true;
    const caller = above.find(({ type }) => type === "function_definition");
    const own = caller === undefined ? undefined : childOf(caller, "name");
    return depth < 2 && own !== undefined && isCalledOften(source, definition, sourceOf(source, own), depth + 1);
  });
}

/** Calls by the last name of what is called. */
const callsOf = remember((source: Source): ReadonlyMap<string, readonly SyntaxNode[]> =>
  Map.groupBy(
    source.nodes.filter(({ type }) => type === "call"),
    (node) => {
      const callee = childOf(node, "function") ?? node;
      return sourceOf(source, childOf(callee, "attribute") ?? callee);
    },
  ),
);

/** Reads no name from outside that changes, and of objects only what they got when they were made. */
function dependsOnArguments(source: Source, definition: SyntaxNode): boolean {
  const own = namesOf(source, definition);
  const reached = reachedFrom(source, definition);
  const outside = reached.flatMap((part) => {
    const inner = part === definition ? own : namesOf(source, part);
    return [...namesWithin(part)].filter((one) => !inner.has(sourceOf(source, one)));
  });
  const members = reached.flatMap((part) => [...walk(part)]).filter(({ type }) => type === "attribute");
  const isMethod = (node: SyntaxNode) => node.field === "function";
  const read = members.filter((node) => !isMethod(node) && !FIXED.test(sourceOf(source, node)));
  const isCompared = /\b__(?:eq|hash)__\b/.test(source.text);
  return (
    outside.every((one) => isAlwaysThere(source, one)) &&
    (read.length === 0 || !isCompared) &&
    read.every((node) => !isSetLater(source, sourceOf(source, childOf(node, "attribute") ?? node)))
  );
}

/** Members of modules, and of dates, which never change. */
const FIXED = /^(?:math|string)\.\w+$|\.(?:year|month|day|hour|minute|second|days|seconds)$/;

/** Parameters, and names that are bound within. */
const namesOf = (source: Source, definition: SyntaxNode): ReadonlySet<string> =>
  new Set(
    [...walk(definition)].flatMap((node) => {
      const bound = node.type.endsWith("parameters") ? node : childOf(node, "left", "alias");
      return bound === undefined || /^(?:attribute|subscript)$/.test(bound.type)
        ? []
        : [...namesWithin(bound)].map((one) => sourceOf(source, one));
    }),
  );

const NEW = /^(?:list|dictionary|set|(?:list|dictionary|set)_comprehension|generator_expression)$/;
const MAKES =
  /^(?:list|dict|set|sorted|defaultdict|Counter|deque|map|filter|zip|iter|reversed|\p{Lu}\w*)\(|\.(?:split|splitlines|copy|items|findall|finditer)\(|:[^\]]*\]$/u;

/** Whether what a function gives may be changed: then the next caller would be given that. */
function givesNew(source: Source, definition: SyntaxNode): boolean {
  const made = madeIn(source, definition);
  const isNew = (value: SyntaxNode): boolean =>
    [...walk(value)].some((node) => NEW.test(node.type) && node.parent?.type !== "subscript" && !isArgument(node)) ||
    (/^(?:call|subscript|binary_operator)$/.test(value.type) && MAKES.test(sourceOf(source, value))) ||
    (value.type === "identifier" && made.has(sourceOf(source, value)) && !isNumber(source, definition, value));
  return [...walk(definition)]
    .filter((node) => node.type === "return_statement" && scopeOf(node) === definition)
    .some((node) => namedChildren(node).some((value) => [value, ...namedChildren(value)].some(isNew)));
}

/** What a function is given, as in `len([…])`. */
const isArgument = (node: SyntaxNode): boolean => node.parent?.type === "argument_list" || node.parent?.type === "call";

/** Whether a name is given only numbers and texts. */
const isNumber = (source: Source, definition: SyntaxNode, name: SyntaxNode): boolean =>
  [...walk(definition)].every((node) => {
    const isOwn =
      node.type === "assignment" && sourceOf(source, childOf(node, "left") ?? node) === sourceOf(source, name);
    return !isOwn || /^(?:integer|float|string)$/.test(childOf(node, "right")?.type ?? "");
  });

/** Every call's result is gone through, measured or looked into where it is called, and nothing else. */
function isOnlyRead(source: Source, name: string): boolean {
  const calls = callsOf(source).get(name) ?? [];
  const named = source.nodes.filter((node) => node.type === "identifier" && sourceOf(source, node) === name);
  const isReading = (node: SyntaxNode): boolean => {
    const { parent, field } = node;
    if (parent === null) return false;
    if (/^for_(?:statement|in_clause)$/.test(parent.type)) return field === "right" && !changesInPlace(source, parent);
    if (parent.type === "comparison_operator") return true;
    if (parent.type === "assignment" && field === "right") return isNameRead(parent);
    const callee = parent.type === "argument_list" ? parent.parent : null;
    return callee !== null && READS.test(sourceOf(source, childOf(callee, "function") ?? callee));
  };
  const isNameRead = (assignment: SyntaxNode): boolean => {
    const left = childOf(assignment, "left");
    if (left?.type !== "identifier") return false;
    const uses = [...namesWithin(scopeOf(assignment))].filter(
      (one) => sourceOf(source, one) === sourceOf(source, left),
    );
    return uses.every((use) => use === left || isReading(use));
  };
  return named.length === calls.length + 1 && calls.every(isReading);
}

const READS = /^(?:len|sum|min|max|any|all|set|frozenset|str|tuple|["'].*\.join)$/s;
