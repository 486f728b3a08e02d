/**
 * `Array.from({ length: n }, …)` asks its object for every place by name: a list that is made at its length and filled is several times as fast.
 * `list.filter((x, i) => list.indexOf(x) === i)` looks through the list for each element: a set keeps the first of its like, in the same order.
 */
import { childOf, namedChildren, type SyntaxNode } from "../../../../syntax/tree.ts";
import { brief, isScript, replaceNode, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { methodCall } from "./changes.ts";
import { resultOf } from "./regions.ts";

export const filled: Rule = {
  name: "filled",
  weight: 1.2,
  find: (source) =>
    isScript(source) ? source.nodes.flatMap((node) => [...fromLength(source, node), ...unique(source, node)]) : [],
};

function fromLength(source: Source, node: SyntaxNode): Rewrite[] {
  const call = methodCall(source, node);
  if (call?.method !== "from" || sourceOf(source, call.object) !== "Array" || call.values.length !== 2) return [];
  const [like, callback] = call.values;
  const length = like === undefined ? undefined : lengthOf(source, like);
  if (length === undefined || callback === undefined || !/^(?:arrow_function|function_expression)$/.test(callback.type))
    return [];
  const given = resultOf(callback);
  const kind = given === undefined || hasParameters(callback) ? undefined : KINDS[given.type];
  const isTyped = source.language !== "javascript";
  const start = (type: string) => `new Array${isTyped ? `<${type}>` : ""}(${length})`;
  const made =
    kind === undefined || given === undefined
      ? `${start("undefined")}.fill(undefined).map(${sourceOf(source, callback)})`
      : `${start(kind)}.fill(${sourceOf(source, given)})`;
  return [replaceNode(node, made, `fill ${brief(sourceOf(source, node))}`)];
}

/** Of a value that is the same wherever it stands. */
const KINDS: Readonly<Record<string, string | undefined>> = {
  number: "number",
  string: "string",
  true: "boolean",
  false: "boolean",
};

const hasParameters = (callback: SyntaxNode): boolean =>
  childOf(callback, "parameter") !== undefined || namedChildren(childOf(callback, "parameters") ?? callback).length > 0;

/** The one member of `{ length: n }`, as a length: `Array.from` takes 2.5 for 2 and -1 for 0, `new Array` throws. */
function lengthOf(source: Source, like: SyntaxNode): string | undefined {
  const [only, ...others] = like.type === "object" ? namedChildren(like) : [];
  if (only === undefined || others.length > 0) return undefined;
  const value = childOf(only, "value");
  if (only.type === "shorthand_property_identifier")
    return sourceOf(source, only) === "length" ? asLength("length") : undefined;
  if (only.type !== "pair" || value === undefined || sourceOf(source, childOf(only, "key") ?? only) !== "length")
    return undefined;
  return asLength(sourceOf(source, value));
}

const asLength = (code: string): string =>
  /^(?:[\w$.]+\.length|\d+)(?:\s*[+*]\s*\d+)?$/.test(code) ? code : `Math.max(0, Math.trunc(${code}) || 0)`;

/** `list.filter((x, i) => list.indexOf(x) === i)` */
function unique(source: Source, node: SyntaxNode): Rewrite[] {
  const call = methodCall(source, node);
  const [callback] = call?.values ?? [];
  if (call?.method !== "filter" || call.isOptional || callback?.type !== "arrow_function") return [];
  const names = namedChildren(childOf(callback, "parameters") ?? callback).map((one) =>
    sourceOf(source, childOf(one, "pattern") ?? one),
  );
  const [x, i, all = sourceOf(source, call.object)] = names;
  const given = resultOf(callback);
  if (given === undefined || i === undefined || !/^[\w$.]+$/.test(sourceOf(source, call.object))) return [];
  const code = sourceOf(source, given).replace(/\s+/g, "");
  const same = [`${all}.indexOf(${x})===${i}`, `${i}===${all}.indexOf(${x})`, `${all}.indexOf(${x})==${i}`];
  return same.includes(code)
    ? [
        replaceNode(
          node,
          `[...new Set(${sourceOf(source, call.object)})]`,
          `each of ${brief(sourceOf(source, call.object))} once`,
        ),
      ]
    : [];
}
