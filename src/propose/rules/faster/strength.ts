/** Arithmetic that costs less: a square as a product, a comparison of squares instead of roots. */
import { operatorOf } from "../../../syntax/literal-place.ts";
import { childOf, type SyntaxNode } from "../../../syntax/tree.ts";
import { brief, callParts, replaceNode, type Rewrite, type Rule, type Source, sourceOf } from "../rule.ts";

export const strength: Rule = {
  name: "strength",
  weight: 0.8,
  find: (source) =>
    source.nodes.flatMap((node) => [...products(source, node), ...roots(source, node), ...shortcuts(source, node)]),
};

const POWER = /^(?:(?:Math|math|std|np)(?:\.|::))?pow$/;
const ROOT = /^(?:(?:Math|math|std|np)(?:\.|::))?sqrt$/;

/** `pow(x, 2)`, `x ** 3` and Rust's `x.powi(2)` for a short x. */
function products(source: Source, node: SyntaxNode): Rewrite[] {
  const [base, exponent] = powerOf(source, node);
  const times = exponent === undefined || base === undefined ? 0 : Number(sourceOf(source, exponent));
  if (base === undefined || !(times === 2 || times === 3)) return [];
  const code = sourceOf(source, base);
  if (code.length > 80 || /\(/.test(code.replace(/^\(|\)$/g, ""))) return [];
  const factor =
    /^[\p{L}\p{N}_.$[\]>-]+$/u.test(code) && !/(?<!-)>|-(?!>)/.test(code)
      ? code
      : `(${code.replace(/^\((.*)\)$/s, "$1")})`;
  const product = Array.from({ length: times }, () => factor).join(" * ");
  return [replaceNode(node, `(${product})`, `${brief(sourceOf(source, node))} as a product`)];
}

function powerOf(source: Source, node: SyntaxNode): readonly (SyntaxNode | undefined)[] {
  if (operatorOf(node) === "**") return [childOf(node, "left"), childOf(node, "right")];
  const parts = callParts(node);
  if (parts === null) return [];
  const name = sourceOf(source, parts.callee);
  if (name.endsWith(".powi")) return [parts.callee.children[0], parts.values[0]];
  const object = childOf(node, "object");
  const full = object === undefined ? name : `${sourceOf(source, object)}.${name}`;
  return POWER.test(full) ? parts.values : [];
}

/** `sqrt(a) < b` as `a < b * b`. */
function roots(source: Source, node: SyntaxNode): Rewrite[] {
  const operator = operatorOf(node) ?? "";
  if (!/^[<>]=?$/.test(operator) && node.type !== "comparison_operator") return [];
  const [left, right] = node.children.filter(({ named }) => named);
  if (left === undefined || right === undefined) return [];
  const sign = source.text.slice(left.end, right.start);
  if (!/^\s*[<>]=?\s*$/.test(sign)) return [];
  const [a, b] = [rootOf(source, left), rootOf(source, right)];
  if ((a === undefined) === (b === undefined) || sourceOf(source, node).length > 100) return [];
  const square = (one: SyntaxNode) => `(${sourceOf(source, one)}) * (${sourceOf(source, one)})`;
  return [
    replaceNode(
      node,
      `${a ?? square(left)}${sign}${b ?? square(right)}`,
      `${brief(sourceOf(source, node))} without the root`,
    ),
  ];
}

function rootOf(source: Source, node: SyntaxNode): string | undefined {
  const parts = callParts(node);
  if (parts?.values.length !== 1) return undefined;
  const object = childOf(node, "object");
  const name = sourceOf(source, parts.callee);
  return ROOT.test(object === undefined ? name : `${sourceOf(source, object)}.${name}`)
    ? `(${sourceOf(source, parts.values[0] as SyntaxNode)})`
    : undefined;
}

/** `sorted(xs)[0]` is `min(xs)`, `Math.floor(x)` of a small x is `x | 0`. */
function shortcuts(source: Source, node: SyntaxNode): Rewrite[] {
  const code = sourceOf(source, node);
  if (node.type === "subscript") {
    const [, values, place] = /^sorted\(([^,()]+)\)\[(0|-1)\]$/.exec(code) ?? [];
    if (values !== undefined)
      return [replaceNode(node, `${place === "0" ? "min" : "max"}(${values})`, `${brief(code)} without sorting`)];
  }
  const [, inside] = node.type === "call_expression" ? (/^Math\.(?:floor|trunc)\(([^(),]+)\)$/.exec(code) ?? []) : [];
  return inside === undefined
    ? []
    : [replaceNode(node, `((${inside}) | 0)`, `${brief(code)} as a whole number of 32 bits`)];
}
