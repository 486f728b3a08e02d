/** C++: what a function makes of constants alone, a pattern or a table, is made once; to change it would not compile. */
import { ancestors, childOf, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { brief, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";

export const madeOnce: Rule = {
  name: "made-once",
  weight: 1.5,
  find: (source) => (source.language === "cpp" ? source.nodes.flatMap((node) => kept(source, node)) : []),
};

const TYPES = /^(?:std::)?(?:regex|wregex|vector|array|(?:unordered_)?(?:multi)?(?:map|set))\b/;

function kept(source: Source, node: SyntaxNode): Rewrite[] {
  const [type, declarator] = [childOf(node, "type"), childOf(node, "declarator")];
  if (node.type !== "declaration" || declarator?.type !== "init_declarator" || type === undefined) return [];
  const [name, value] = [childOf(declarator, "declarator"), childOf(declarator, "value")];
  const code = sourceOf(source, node);
  const isLocal = [...ancestors(node)].some((up) => /^(?:function_definition|lambda_expression)$/.test(up.type));
  if (
    !isLocal ||
    name?.type !== "identifier" ||
    value === undefined ||
    /^(?:static|constexpr|thread_local)\b/.test(code)
  )
    return [];
  const isTable = value.type === "initializer_list";
  const isPattern = sourceOf(source, type).endsWith("regex") && value.type === "argument_list";
  if (!TYPES.test(sourceOf(source, type)) || !(isTable || isPattern) || !isConstant(source, value)) return [];
  const text = code.startsWith("const ") ? "static " : "static const ";
  return [
    {
      description: `make ${brief(sourceOf(source, name))} once`,
      at: node.start,
      replacements: [{ start: node.start, end: node.start, text }],
    },
  ];
}

/** Of literals and nothing else, and of at least one; of a pattern also what kind it is. */
function isConstant(source: Source, value: SyntaxNode): boolean {
  if (/^\(\s*"(?:[^"\\]|\\.)*"\s*,\s*std::(?:regex|regex_constants)::\w+\s*\)$/.test(sourceOf(source, value)))
    return true;
  const inside = [...walk(value)];
  return (
    !inside.some(({ type }) => /identifier|call|lambda|new_/.test(type)) &&
    inside.some(({ type }) => type.endsWith("literal"))
  );
}
