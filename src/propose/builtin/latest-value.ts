/**
 * The latest value: where a variable begins as another one's value and is assigned anew later, a use of the old value
 * becomes one of the new. `let best = start` … `step(start)` turns into `step(best)`, and with `let best = { code: start }`
 * into `step(best.code)`: the difference between trying again and going on. JavaScript and TypeScript only.
 */
import { ancestors, childOf, namedChildren, type SyntaxNode, walk } from "../../syntax/tree.ts";
import { isOffLimits, isScript, replaceNode, type Rewrite, type Rule, type Source, sourceOf } from "../rules/rule.ts";

const FUNCTION = /^(?:function|generator_function|arrow_function|method)/;

export const latestValue: Rule = {
  name: "latest-value",
  weight: 1.5,
  find: (source) =>
    isScript(source)
      ? source.nodes
          .filter(({ type }) => type === "variable_declarator")
          .flatMap((declarator) => successions(source, declarator).flatMap((one) => followed(source, declarator, one)))
      : [],
};

/** A name, and the expression that begins as its value. */
interface Succession {
  readonly old: string;
  readonly latest: string;
}

function successions(source: Source, declarator: SyntaxNode): Succession[] {
  const [name, value] = [childOf(declarator, "name"), childOf(declarator, "value")];
  if (name?.type !== "identifier" || value === undefined) return [];
  const variable = sourceOf(source, name);
  if (value.type === "identifier") return [{ old: sourceOf(source, value), latest: variable }];
  if (value.type !== "object") return [];
  return namedChildren(value).flatMap((pair) => {
    const code = sourceOf(source, pair);
    if (pair.type === "shorthand_property_identifier") return [{ old: code, latest: `${variable}.${code}` }];
    const [key, from] = [childOf(pair, "key"), childOf(pair, "value")];
    const isPlain = key?.type === "property_identifier" && from?.type === "identifier";
    return isPlain ? [{ old: sourceOf(source, from), latest: `${variable}.${sourceOf(source, key)}` }] : [];
  });
}

/** The uses of the old value behind the declaration and in its function, if the latest ever changes. */
function followed(source: Source, declarator: SyntaxNode, { old, latest }: Succession): Rewrite[] {
  const scope = [...ancestors(declarator)].find(({ type }) => FUNCTION.test(type));
  if (scope === undefined) return [];
  const behind = [...walk(scope)].filter(({ start }) => start >= declarator.end);
  const variable = latest.split(".", 1)[0] as string;
  const targets = behind.filter(
    ({ type, field }) => field === "left" && /^(?:identifier|member_expression)$/.test(type),
  );
  const changes = targets.some((node) => [variable, latest].includes(sourceOf(source, node)) && isAssigned(node));
  const uses = behind.filter((node) => node.type === "identifier" && sourceOf(source, node) === old);
  if (!changes || uses.some(isBinding)) return [];
  return uses
    .filter((node) => !isOffLimits(node) && node.field !== "left" && node.field !== "function")
    .map((node) => replaceNode(node, latest, `${latest} in place of ${old}`));
}

const isAssigned = (target: SyntaxNode): boolean => (target.parent?.type ?? "").endsWith("assignment_expression");

/** A second variable of the same name: which one is meant would have to be known. */
const isBinding = (node: SyntaxNode): boolean =>
  node.field === "name" ||
  node.field === "pattern" ||
  node.field === "parameter" ||
  /pattern|formal_parameters/.test(node.parent?.type ?? "");
