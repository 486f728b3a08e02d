/** C: a text that grows in a loop knows where it ends, instead of being read from its beginning for every piece. */
import { ancestors, childOf, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { callParts, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { indentOf, isInBlock, isLoop } from "../loops.ts";

export const textEnd: Rule = {
  name: "text-end",
  weight: 1.2,
  find: (source) => {
    if (source.language !== "cpp") return [];
    const found = new Map<string, Rewrite>();
    for (const node of source.nodes) {
      const text = grownBy(source, node);
      const loop = text === undefined ? undefined : outermost(source, node, text);
      if (loop !== undefined && text !== undefined && isOwn(source, loop, text))
        found.set(`${loop.start} ${text}`, remembered(source, loop, text));
    }
    return [...found.values()];
  },
};

/** `text` of `strcat(text, piece)` and `sprintf(text + strlen(text), …)`. */
function grownBy(source: Source, node: SyntaxNode): string | undefined {
  const parts = callParts(node);
  const [first] = parts?.values ?? [];
  if (parts === null || first === undefined || node.parent?.type !== "expression_statement") return undefined;
  const [callee, code] = [sourceOf(source, parts.callee), sourceOf(source, first)];
  if (callee === "strcat" && parts.values.length === 2) return /^[A-Za-z_]\w*$/.exec(code)?.[0];
  return callee === "sprintf" ? /^([A-Za-z_]\w*)\s*\+\s*strlen\(\s*\1\s*\)$/.exec(code)?.[1] : undefined;
}

/** The outermost loop in which nothing else is done with the text, nor read of it. */
function outermost(source: Source, node: SyntaxNode, text: string): SyntaxNode | undefined {
  const isOnly = (loop: SyntaxNode): boolean =>
    [...walk(loop)].every((one) => {
      if (one.type !== "identifier" || sourceOf(source, one) !== text) return true;
      const call = [...ancestors(one)].find((up) => grownBy(source, up) === text);
      const first = call === undefined ? undefined : callParts(call)?.values[0];
      return first !== undefined && first.start <= one.start && one.end <= first.end;
    });
  const loops = [...ancestors(node)].filter(
    (up) => isLoop(up) && indentOf(source, up) !== undefined && isInBlock(up) && isOnly(up),
  );
  return loops.at(-1);
}

/** A text that other functions know might grow in one that the loop calls. */
function isOwn(source: Source, loop: SyntaxNode, text: string): boolean {
  const owner = [...ancestors(loop)].find(({ type }) => type === "function_definition");
  return owner !== undefined && new RegExp(String.raw`\bchar\b[^;(){}]*\b${text}\b`).test(sourceOf(source, owner));
}

function remembered(source: Source, loop: SyntaxNode, text: string): Rewrite {
  const name =
    [`${text}_end`, `${text}_end_2`].find((one) => !new RegExp(String.raw`\b${one}\b`).test(source.text)) ??
    `${text}_end_3`;
  const calls = [...walk(loop)].flatMap((node) => {
    const parts = grownBy(source, node) === text ? callParts(node) : null;
    const [first, piece] = parts?.values ?? [];
    const list = childOf(node, "arguments");
    if (first === undefined || piece === undefined || list === undefined) return [];
    return sourceOf(source, node).startsWith("strcat")
      ? [{ start: node.start, end: node.end, text: `${name} += strlen(strcpy(${name}, ${sourceOf(source, piece)}))` }]
      : [{ start: node.start, end: first.end, text: `${name} += sprintf(${name}` }];
  });
  const line = `char *${name} = ${text} + strlen(${text});\n${indentOf(source, loop)}`;
  return {
    description: `keep where ${text} ends`,
    at: loop.start,
    replacements: [{ start: loop.start, end: loop.start, text: line }, ...calls],
  };
}
