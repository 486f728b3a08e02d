/**
 * A list that is sorted in every round of a loop, to take the least, and then grows: sorted once before the loop, it stays so where what is added
 * is put in its place. Equals keep their order, as in a stable sort.
 */
import { childOf, namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { isScript, lineBreakOf, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { bodyOf, indentOf, isInBlock } from "../loops.ts";
import { bindingsIn, changedMembers, functionAround, isBinding, mentions, methodCall, unwrapped } from "./changes.ts";
import { constants, isFresh, pureFunctions, READS } from "./pure.ts";
import { resultOf } from "./regions.ts";

export const keepSorted: Rule = {
  name: "keep-sorted",
  weight: 1.2,
  find: (source) => (isScript(source) ? source.nodes.flatMap((node) => kept(source, node)) : []),
};

function kept(source: Source, node: SyntaxNode): Rewrite[] {
  const sort = methodCall(source, node);
  const [compare] = sort?.values ?? [];
  const [statement, body] = [node.parent, node.parent?.parent];
  const loop = body?.parent;
  if (sort?.method !== "sort" || sort.object.type !== "identifier" || compare === undefined) return [];
  if (statement?.type !== "expression_statement" || body == null || loop == null || bodyOf(loop) !== body) return [];
  const indent = indentOf(source, loop);
  if (indent === undefined || !isInBlock(loop) || !isFirst(source, statement, sort.object) || !isFixed(source, compare))
    return [];
  const pushes = pushesOf(source, { loop, node, list: sort.object });
  if (pushes === undefined) return [];
  const eol = lineBreakOf(source);
  const helper = (
    source.language === "javascript" ? HELPER.replace(/⟨[^⟩]*⟩/g, "") : HELPER.replace(/[⟨⟩]/g, "")
  ).replaceAll("\n", eol);
  const isThere = source.text.includes(helper);
  if (!isThere && mentions(source, NAME).length > 0) return [];
  const [name, order, end] = [sourceOf(source, sort.object), sourceOf(source, compare), source.text.length];
  const lineStart = statement.start - (indentOf(source, statement) ?? "").length;
  return [
    {
      description: `keep ${name} sorted`,
      at: node.start,
      replacements: [
        { start: loop.start, end: loop.start, text: `${sourceOf(source, statement)}${eol}${indent}` },
        {
          start: lineStart,
          end: statement.end + (source.text.startsWith(eol, statement.end) ? eol.length : 0),
          text: "",
        },
        ...pushes.map(({ call, value }) => ({
          start: call.start,
          end: call.end,
          text: `${NAME}(${name}, ${sourceOf(source, value)}, ${order})`,
        })),
        ...(isThere ? [] : [{ start: end, end, text: `${source.text.endsWith("\n") ? "" : eol}${eol}${helper}` }]),
      ],
    },
  ];
}

/** Whether nothing before it in the loop's body leaves the round or has to do with the list. */
const isFirst = (source: Source, statement: SyntaxNode, list: SyntaxNode): boolean =>
  namedChildren(statement.parent as SyntaxNode)
    .filter(({ start }) => start < statement.start)
    .every((one) =>
      [...walk(one)].every(
        (part) =>
          part.type !== "continue_statement" &&
          !(part.type === "identifier" && sourceOf(source, part) === sourceOf(source, list)),
      ),
    );

/** A difference, or several of which the first that is none counts, of members that nothing in the file changes. */
function isFixed(source: Source, compare: SyntaxNode): boolean {
  const given = compare.type === "arrow_function" ? resultOf(compare) : undefined;
  const own = bindingsIn(source, compare);
  if (given === undefined || own.size !== 2 || !isDifference(source, given)) return false;
  return [...walk(given)].every((one) => {
    if (/^(?:property_identifier|shorthand_property_identifier)$/.test(one.type))
      return !changedMembers(source).has(sourceOf(source, one));
    if (one.type === "call_expression")
      return (
        READS.test(methodCall(source, one)?.method ?? "") ||
        pureFunctions(source).has(sourceOf(source, one.children[0] ?? one))
      );
    if (one.type !== "identifier") return !/assign|update|await|yield|arrow|function|^this$/.test(one.type);
    const name = sourceOf(source, one);
    return own.has(name) || constants(source).has(name) || pureFunctions(source).has(name) || name === "Math";
  });
}

function isDifference(source: Source, node: SyntaxNode): boolean {
  const inner = unwrapped(node);
  if (inner.type === "call_expression") return methodCall(source, inner)?.method === "localeCompare";
  const [left, right] = [childOf(inner, "left"), childOf(inner, "right")];
  const operator = inner.children.find(({ named }) => !named)?.type;
  if (inner.type !== "binary_expression" || left === undefined || right === undefined) return false;
  return (
    operator === "-" ||
    (/^(?:\|\||\?\?)$/.test(operator ?? "") && isDifference(source, left) && isDifference(source, right))
  );
}

interface Sorted {
  readonly loop: SyntaxNode;
  /** The call that sorts. */
  readonly node: SyntaxNode;
  readonly list: SyntaxNode;
}

interface Push {
  readonly call: SyntaxNode;
  readonly value: SyntaxNode;
}

/** What is added in the loop; undefined where the list is used in another way than to take from an end, and then to add to it. */
function pushesOf(source: Source, { loop, node, list }: Sorted): readonly Push[] | undefined {
  const all = mentions(source, sourceOf(source, list));
  const [declared, ...others] = all.filter(isBinding);
  const value = declared?.parent?.type === "variable_declarator" ? childOf(declared.parent, "value") : undefined;
  if (value === undefined || others.length > 0 || !isFresh(source, value)) return undefined;
  const around = functionAround(source, loop);
  const pushes: Push[] = [];
  let taken = node.end;
  for (const one of all) {
    if (one === declared || one === list) continue;
    const method = one.field === "object" ? one.parent : null;
    const call = method?.field === "function" ? method.parent : null;
    const { method: name, values = [] } = (call === null ? undefined : methodCall(source, call)) ?? {};
    const isSize =
      method !== null && call === null && sourceOf(source, childOf(method, "property") ?? method) === "length";
    const isIn = loop.start <= one.start && one.start < loop.end;
    const isPush = name === "push" && call?.parent?.type === "expression_statement" && values.length === 1;
    if (functionAround(source, one) !== around) return undefined;
    if (isSize && !/assign|update/.test(method?.parent?.type ?? "")) continue;
    if (!isIn && one.start < loop.start && isPush) continue;
    if (!isIn || one.start < node.end || call === null) return undefined;
    if (/^(?:shift|pop)$/.test(name ?? "") && pushes.length === 0) taken = call.end;
    else if (isPush && call.start >= taken && values[0]?.type !== "spread_element")
      pushes.push({ call, value: values[0] as SyntaxNode });
    else return undefined;
  }
  return pushes.length > 0 ? pushes : undefined;
}

const NAME = "insertSorted";
const HELPER = `/** Puts a value in its place in a sorted list, behind its equals. */
function ${NAME}⟨<Value>⟩(list⟨: Value[]⟩, value⟨: Value⟩, compare⟨: (a: Value, b: Value) => number⟩)⟨: void⟩ {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(list[middle]⟨ as Value⟩, value) <= 0) low = middle + 1;
    else high = middle;
  }
  list.splice(low, 0, value);
}
`;
