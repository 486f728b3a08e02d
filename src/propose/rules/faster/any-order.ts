/** Whether the rounds of two loops may come in any order: they only fill or add up, and none reads what another wrote. */
import { ancestors, childOf, type SyntaxNode, walk } from "../../../syntax/tree.ts";
import { callParts, type Source, sourceOf } from "../rule.ts";
import { ELEMENT } from "./loops.ts";

const JUMP = /^(?:break|continue|return|yield|throw|raise|goto|await|try|defer)/;
const CHANGE =
  /^(?:(?:augmented_)?assignment(?:_expression)?|compound_assignment_expr|assignment_statement|update_expression|(?:postfix|prefix)_unary_expression|(?:inc|dec)_statement)$/;
/** Functions of numbers, and reading. */
const HARMLESS =
  /^(?:f?abs|sqrt|exp|log|log2|sin|cos|tanh?|pow|powi|powf|f?min|f?max|floor|ceil|round|len|length|size|at|get|[iu](?:8|16|32|64|size)|f(?:32|64)|int|float|double)$/;

/** `heads`: what stands before the bodies of the two loops; `body`: that of the inner one. */
export function mayComeInAnyOrder(source: Source, body: SyntaxNode, heads: readonly [string, string]): boolean {
  const nodes = [...walk(body)];
  if (nodes.some(({ named, type }) => named && JUMP.test(type))) return false;
  const called = nodes.flatMap((node) => callParts(node)?.callee ?? []);
  if (!called.every((callee) => HARMLESS.test(lastName(sourceOf(source, callee))))) return false;
  const changes = nodes.filter(({ type }) => CHANGE.test(type));
  const own = declaredIn(source, nodes);
  return changes.length > 0 && changes.every((node) => isHarmless(source, node, { nodes, heads, own }));
}

interface Loops {
  readonly nodes: readonly SyntaxNode[];
  readonly heads: readonly [string, string];
  /** Variables of a round. */
  readonly own: ReadonlySet<string>;
}

/** A sum that nothing else in the loops reads, an element of its own for each round, or a variable of the round. */
function isHarmless(source: Source, change: SyntaxNode, { nodes, heads, own }: Loops): boolean {
  const target = childOf(change, "left", "argument", "operand") ?? change.children.find(({ named }) => named);
  if (target === undefined) return false;
  const right = childOf(change, "right");
  const sign = right === undefined ? "++" : source.text.slice(target.end, right.start).trim();
  const text = sourceOf(source, target);
  const base = /[\p{L}_$][\p{L}\p{N}_$.]*/u.exec(text)?.[0] ?? "";
  if (own.has(base)) return true;
  const isSeen = nodes.some((node) => {
    const isNamed = node.children.length === 0 && sourceOf(source, node) === lastName(base);
    const isTarget = target.start <= node.start && node.end <= target.end;
    return isNamed && !isTarget && ![...ancestors(node)].some((up) => sourceOf(source, up) === text);
  });
  if (isSeen) return false;
  // Texts are joined in an order.
  const isText = right !== undefined && [...walk(right)].some(({ type }) => /string|template|char_literal/.test(type));
  if (/^(?:[-+*|&^]=|\+\+)$/.test(sign)) return !isText;
  // A word of the one head and not of the other, and the other way round: both loops' variables.
  const words = wordsOf(text.slice(text.indexOf(base) + base.length));
  const [first, second] = heads.map(wordsOf) as [Set<string>, Set<string>];
  const has = (some: Set<string>, not: Set<string>) => [...some].some((word) => !not.has(word) && words.has(word));
  return sign === "=" && ELEMENT.test(target.type) && has(first, second) && has(second, first);
}

const declaredIn = (source: Source, nodes: readonly SyntaxNode[]): ReadonlySet<string> =>
  new Set(
    nodes
      .filter(
        ({ field, parent }) =>
          /^(?:name|declarator|pattern|left)$/.test(field ?? "") && /declar|^let_/.test(parent?.type ?? ""),
      )
      .map((node) => sourceOf(source, node)),
  );

const lastName = (callee: string): string => callee.split(/\.|::|->/).at(-1) ?? "";

const wordsOf = (text: string): Set<string> => new Set(text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu));
