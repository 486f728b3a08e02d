/** C++: what is handed over or looped over is not copied. */
import { ancestors, childOf, type SyntaxNode } from "../../../syntax/tree.ts";
import { brief, replaceNode, type Rewrite, type Rule, type Source, sourceOf } from "../rule.ts";

export const references: Rule = {
  name: "references",
  weight: 1,
  find: (source) => (source.language === "cpp" ? source.nodes.flatMap((node) => referred(source, node)) : []),
};

/** Types whose copy costs as much as there is in them. */
const LARGE =
  /^(?:std::)?(?:string|wstring|vector|map|set|unordered_map|unordered_set|deque|list|array|pair|tuple|function|shared_ptr)\b|^auto$/;

function referred(source: Source, node: SyntaxNode): Rewrite[] {
  const isParameter = node.type === "parameter_declaration" && node.parent?.parent?.type === "function_declarator";
  if (!isParameter && node.type !== "for_range_loop") return [];
  const [type, declarator] = [childOf(node, "type"), childOf(node, "declarator")];
  if (isParameter && !isLocal(source, node)) return [];
  if (type === undefined || declarator?.type !== "identifier" || !LARGE.test(sourceOf(source, type))) return [];
  const before = source.text.slice(isParameter ? node.start : type.start - 6, type.start);
  const isConst = /const\s*$/.test(before);
  const name = sourceOf(source, declarator);
  const start = type.start;
  const text = `${isConst ? "" : "const "}${sourceOf(source, type)}& ${name}`;
  return [replaceNode({ ...type, start, end: declarator.end }, text, `${brief(name)} by reference`)];
}

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
