/** C++: what is handed over or looped over is not copied. */
import { ancestors, childOf, type SyntaxNode, walk } from "../../../syntax/tree.ts";
import { brief, replaceNode, type Rewrite, type Rule, type Source, sourceOf } from "../rule.ts";
import { borrowed, shown } from "./c/borrow.ts";
import { isLarge } from "./c/large.ts";
import { changesIn } from "./loops.ts";

export const references: Rule = {
  name: "references",
  weight: 1,
  find: (source) =>
    source.language === "cpp" && !/\.c$/i.test(source.path)
      ? source.nodes.flatMap((node) => [...referred(source, node), ...borrowed(source, node), ...shown(source, node)])
      : [],
};

function referred(source: Source, node: SyntaxNode): Rewrite[] {
  const isParameter = node.type === "parameter_declaration" && node.parent?.parent?.type === "function_declarator";
  if (!isParameter && node.type !== "for_range_loop") return [];
  const [type, declarator] = [childOf(node, "type"), childOf(node, "declarator")];
  if (isParameter && !isLocal(source, node)) return [];
  if (type === undefined || declarator?.type !== "identifier" || !isLarge(source, sourceOf(source, type))) return [];
  const before = source.text.slice(isParameter ? node.start : type.start - 6, type.start);
  const isConst = /const\s*$/.test(before);
  const name = sourceOf(source, declarator);
  if (isChanged(source, node, name)) return [];
  const start = type.start;
  const text = `${isConst ? "" : "const "}${sourceOf(source, type)}& ${name}`;
  return [replaceNode({ ...type, start, end: declarator.end }, text, `${brief(name)} by reference`)];
}

/** Whether what has the value changes it: then it needs a copy of its own, and with a reference to a constant does not compile. */
function isChanged(source: Source, node: SyntaxNode, name: string): boolean {
  const owner = [node, ...ancestors(node)].find(({ type }) =>
    /^(?:function_definition|lambda_expression|for_range_loop)$/.test(type),
  );
  const body = owner === undefined ? undefined : childOf(owner, "body");
  if (body === undefined) return false;
  const { names, objects } = changesIn(source, body);
  const isIn = (code: string) => code === name || code.startsWith(`${name}.`) || code.startsWith(`${name}[`);
  // A member is noted by its last name, so a namesake counts as well.
  if (names.has(name) || [...objects].some(isIn)) return true;
  return [...walk(body)].some(
    (call) => call.type === "call_expression" && IN_PLACE.test(sourceOf(source, call)) && mentions(source, call, name),
  );
}

/** What is done to a range, or takes what it is given. */
const IN_PLACE =
  /^(?:std::)?(?:(?:stable_|partial_)?sort|nth_element|reverse|rotate|shuffle|unique|remove(?:_if)?|fill|iota|transform|swap|(?:next|prev)_permutation|(?:stable_)?partition|\w+_heap|move|forward|getline)\s*\(/;

const mentions = (source: Source, call: SyntaxNode, name: string): boolean =>
  [...walk(call)].some(({ type, start, end }) => type === "identifier" && source.text.slice(start, end) === name);

/** A function that other files are told of has to change there, too: those of a class, a lambda or `static` have not. */
function isLocal({ text }: Source, parameter: SyntaxNode): boolean {
  const above = [...ancestors(parameter)];
  const owner = above.find(({ type }) => /^(?:function_definition|lambda_expression)$/.test(type));
  if (owner === undefined) return false;
  const isKnownHere =
    /^(?:static|inline)\b/.test(text.slice(owner.start, owner.end)) || owner.type === "lambda_expression";
  return (
    isKnownHere || !/^\s*#\s*include\s*"/m.test(text) || above.some(({ type }) => type === "field_declaration_list")
  );
}
