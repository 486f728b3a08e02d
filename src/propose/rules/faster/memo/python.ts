/** A Python function of its arguments alone remembers what it gave, where it calls itself or is called in a loop of its own file. */
import { ancestors, childOf, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { callParts, lineBreakOf, type Rewrite, type Source, sourceOf } from "../../rule.ts";
import { isLoop } from "../loops.ts";

export const rememberedInPython = (source: Source): readonly Rewrite[] =>
  source.nodes.flatMap((node) => remembered(source, node));

const IMPURE =
  /\b(?:global|nonlocal|yield|print|open|input|await|random|time|self|cls)\b|\.(?:append|add|pop|update|write|extend|remove|sort)\(/;

function remembered(source: Source, node: SyntaxNode): Rewrite[] {
  const { parent } = node;
  if (node.type !== "function_definition" || parent?.type === "decorated_definition") return [];
  const [name, parameters] = [childOf(node, "name"), childOf(node, "parameters")];
  if (name === undefined || parameters === undefined || !parameters.children.some(({ named }) => named)) return [];
  if (IMPURE.test(sourceOf(source, node)) || !isCalledOften(source, node, sourceOf(source, name))) return [];
  const before = source.text.slice(source.text.lastIndexOf("\n", node.start - 1) + 1, node.start);
  const eol = lineBreakOf(source);
  const start = importPlace(source);
  const imports = /^import functools\b/m.test(source.text)
    ? []
    : [{ start, end: start, text: `import functools${eol}` }];
  return [
    {
      description: `remember what ${sourceOf(source, name)} gave`,
      at: node.start,
      replacements: [
        ...imports,
        { start: node.start, end: node.start, text: `@functools.lru_cache(maxsize=None)${eol}${before}` },
      ],
    },
  ];
}

/** By itself, or within a loop or a comprehension of another function. */
function isCalledOften(source: Source, definition: SyntaxNode, name: string): boolean {
  return source.nodes.some((node) => {
    const parts = callParts(node);
    if (parts === null || sourceOf(source, parts.callee) !== name) return false;
    const above = [...ancestors(node)];
    return above.includes(definition) || above.some((up) => isLoop(up) || /comprehension|generator/.test(up.type));
  });
}

/** Before the first import that is not from the future, or the first statement. */
function importPlace(source: Source): number {
  const root = source.nodes[0];
  const statements = root === undefined ? [] : root.children.filter(({ named, type }) => named && type !== "comment");
  const first = statements.find((one, i) => one.type !== "future_import_statement" && !(i === 0 && isText(one)));
  return first?.start ?? 0;
}

const isText = (statement: SyntaxNode): boolean =>
  statement.type === "expression_statement" && [...walk(statement)][1]?.type === "string";
