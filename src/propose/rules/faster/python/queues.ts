/** A list of Python that is emptied from its beginning (`queue.pop(0)`) moves all of it each time; a `deque` does not. */
import { childOf, namedChildren, type SyntaxNode } from "../../../../syntax/tree.ts";
import { callParts, isPython, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { imported, namesWithin, type Replacement, scopeOf } from "./scopes.ts";

export const queues: Rule = {
  name: "queues",
  weight: 1.2,
  find: (source) => (isPython(source) ? source.nodes.flatMap((node) => queued(source, node)) : []),
};

/** By the first `name.pop(0)` of a function: every use of the name has to be one that a deque has. */
function queued(source: Source, call: SyntaxNode): Rewrite[] {
  const object = call.type === "call" ? ofPopping(source, call) : undefined;
  if (object === undefined) return [];
  const name = sourceOf(source, object);
  const scope = scopeOf(object);
  const uses = [...namesWithin(scope)].filter((one) => sourceOf(source, one) === name);
  const edits = uses.map((use) => editOf(source, use));
  const isFirst =
    uses.find((use) => use.parent?.parent?.type === "call" && ofPopping(source, use.parent.parent) === use) === object;
  if (!isFirst || edits.includes(undefined) || !uses.some(isGiven)) return [];
  return [
    {
      description: `${name} becomes a deque`,
      at: call.start,
      replacements: [...imported(source, "collections"), ...edits.flatMap((one) => one ?? [])],
    },
  ];
}

/** The object of `name.pop(0)`. */
function ofPopping(source: Source, call: SyntaxNode): SyntaxNode | undefined {
  const parts = callParts(call);
  const [only] = parts?.values ?? [];
  if (parts === null || only === undefined || parts.values.length > 1 || sourceOf(source, only) !== "0")
    return undefined;
  const [object, method] = [childOf(parts.callee, "object"), childOf(parts.callee, "attribute")];
  return object?.type === "identifier" && method !== undefined && sourceOf(source, method) === "pop"
    ? object
    : undefined;
}

const isGiven = (use: SyntaxNode): boolean => use.parent?.type === "assignment" && use.field === "left";

/** What becomes of a use; undefined for one that a deque has not, or by which somebody else gets it. */
function editOf(source: Source, use: SyntaxNode): readonly Replacement[] | undefined {
  const { parent } = use;
  if (parent === null) return undefined;
  if (isGiven(use)) return madeOf(source, childOf(parent, "right"));
  if (parent.type === "attribute" && use.field === "object") return methodOf(source, parent);
  if (parent.type === "argument_list") {
    const callee = parent.parent === null ? undefined : childOf(parent.parent, "function");
    return callee !== undefined &&
      /^(?:len|bool|any|all|sum|min|max|sorted|list|set|tuple)$/.test(sourceOf(source, callee))
      ? []
      : undefined;
  }
  // Its ends are at hand.
  if (parent.type === "subscript" && use.field === "value") return isEnd(source, parent) ? [] : undefined;
  // Whether it is empty, and what is gone through.
  const isAsked =
    (/^(?:while|if)_statement$|^elif_clause$/.test(parent.type) && use.field === "condition") ||
    /^(?:not_operator|boolean_operator)$/.test(parent.type) ||
    (/^for_(?:statement|in_clause)$/.test(parent.type) && use.field === "right") ||
    (parent.type === "comparison_operator" &&
      parent.children.some(({ type }) => /^(?:not )?in$/.test(type)) &&
      parent.children.at(-1) === use);
  return isAsked ? [] : undefined;
}

const isEnd = (source: Source, element: SyntaxNode): boolean =>
  /^(?:0|-1)$/.test(sourceOf(source, childOf(element, "subscript") ?? element));

function madeOf(source: Source, value: SyntaxNode | undefined): readonly Replacement[] | undefined {
  if (value === undefined) return undefined;
  const code = sourceOf(source, value);
  const isList = /^(?:list|list_comprehension)$/.test(value.type) || /^(?:list|sorted)\(/.test(code);
  const isEmpty = value.type === "list" && namedChildren(value).length === 0;
  return isList
    ? [{ start: value.start, end: value.end, text: `collections.deque(${isEmpty ? "" : code})` }]
    : undefined;
}

function methodOf(source: Source, attribute: SyntaxNode): readonly Replacement[] | undefined {
  const method = sourceOf(source, childOf(attribute, "attribute") ?? attribute);
  const call = attribute.parent;
  if (call === null || attribute.field !== "function") return undefined;
  const list = childOf(call, "arguments");
  const values = list === undefined ? [] : namedChildren(list).map((one) => sourceOf(source, one));
  if (method === "pop" && values.length === 0) return [];
  if (method === "pop" && values.join() === "0")
    return [{ start: attribute.end - 3, end: call.end, text: "popleft()" }];
  if (method === "insert" && values.length === 2 && values[0] === "0")
    return [{ start: attribute.end - 6, end: call.end, text: `appendleft(${values[1]})` }];
  return /^(?:append|extend|clear|remove|count|reverse)$/.test(method) ? [] : undefined;
}
