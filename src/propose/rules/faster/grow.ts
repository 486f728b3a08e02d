/** What is copied to gain an element gains it in place: `xs = [...xs, x]` is `xs.push(x)`. */
import { childOf, namedChildren, type SyntaxNode } from "../../../syntax/tree.ts";
import { brief, isPython, isScript, replaceNode, type Rewrite, type Rule, type Source, sourceOf } from "../rule.ts";
import { isOwnList } from "./python/own-value.ts";
import { functionAround, wrapping } from "./scripts/changes.ts";
import { isOwn, isOwnOfReduce } from "./scripts/own-value.ts";

export const grow: Rule = {
  name: "grow",
  weight: 1.2,
  find: (source) =>
    isScript(source) || isPython(source)
      ? source.nodes.flatMap((node) => [...assigned(source, node), ...merged(source, node)])
      : [],
};

function assigned(source: Source, node: SyntaxNode): Rewrite[] {
  if (!/^assignment(?:_expression)?$/.test(node.type)) return [];
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  if (left === undefined || right === undefined) return [];
  // Others may have it: the state before, a path that was kept.
  if (!(isScript(source) ? isOwn(source, left) : isOwnList(source, left))) return [];
  const name = sourceOf(source, left);
  const grown = isPython(source) ? inPython(source, right, name) : inScript(source, right, name);
  return grown === undefined ? [] : [replaceNode(node, grown, `${brief(sourceOf(source, node))} in place`)];
}

/** `[...name, x]`, `[x, ...name]` and `{ ...name, [k]: v }` */
function inScript(source: Source, value: SyntaxNode, name: string): string | undefined {
  if (!/^(?:array|object)$/.test(value.type)) return undefined;
  const parts = namedChildren(value).map((one) => sourceOf(source, one));
  const [isFirst, isLast] = [parts[0] === `...${name}`, parts.at(-1) === `...${name}`];
  if (parts.length < 2 || isFirst === isLast) return undefined;
  const rest = (isFirst ? parts.slice(1) : parts.slice(0, -1)).join(", ");
  if (value.type === "array") return `${name}.${isFirst ? "push" : "unshift"}(${rest})`;
  return isFirst ? `Object.assign(${name}, { ${rest} })` : undefined;
}

/** `name + [x]`, `[*name, x]` and `{**name, k: v}` */
function inPython(source: Source, value: SyntaxNode, name: string): string | undefined {
  const [first, ...others] = namedChildren(value);
  if (first === undefined || others.length === 0) return undefined;
  const rest = others.map((one) => sourceOf(source, one)).join(", ");
  const code = sourceOf(source, first);
  if (value.type === "binary_operator" && code === name && others[0]?.type === "list") return `${name}.extend(${rest})`;
  if (value.type === "list" && code === `*${name}`) return `${name}.extend([${rest}])`;
  return value.type === "dictionary" && code === `**${name}` ? `${name}.update({${rest}})` : undefined;
}

/** `(all, x) => ({ ...all, [x]: 1 })` and `(all, x) => [...all, x]` of a `reduce` */
function merged(source: Source, node: SyntaxNode): Rewrite[] {
  if (!isScript(source) || !/^(?:object|array)$/.test(node.type)) return [];
  const [first, ...others] = namedChildren(node);
  const callback = functionAround(source, node);
  const { parent } = wrapping(node);
  const up = parent?.type === "ternary_expression" ? wrapping(parent).parent : parent;
  const isResult = up === callback || up?.type === "return_statement";
  if (first?.type !== "spread_element" || others.length === 0 || !isResult) return [];
  const name = sourceOf(source, first).slice(3);
  if (!/^[\p{L}\p{N}_$]+$/u.test(name) || !isOwnOfReduce(source, callback, name)) return [];
  const rest = others.map((one) => sourceOf(source, one)).join(", ");
  const whole = node.parent?.type === "parenthesized_expression" ? node.parent : node;
  const [grown, place] =
    node.type === "object"
      ? [`Object.assign(${name}, { ${rest} })`, node]
      : [`(${name}.push(${rest}), ${name})`, whole];
  return [replaceNode(place, grown, `${brief(sourceOf(source, node))} in place`)];
}
