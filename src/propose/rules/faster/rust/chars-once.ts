/** Rust: a text whose letters are asked for by their number is gone through once, not once for every letter. */
import { ancestors, childOf, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { brief, callParts, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { changesIn, indentOf, isInBlock, isLoop } from "../loops.ts";

export const charsOnce: Rule = {
  name: "chars-once",
  weight: 1.5,
  find: (source) => {
    if (source.language !== "rust") return [];
    const found = new Map<string, Rewrite>();
    for (const node of source.nodes) {
      const text = /^([a-z_][\w.]*)\.chars\(\)\.nth\(/.exec(sourceOf(source, node))?.[1];
      const loop = node.type === "call_expression" && text !== undefined ? outermost(source, node, text) : undefined;
      if (loop !== undefined && text !== undefined) found.set(`${loop.start} ${text}`, collected(source, loop, text));
    }
    return [...found.values()];
  },
};

/** The outermost loop about a node that leaves a text as it is. */
function outermost(source: Source, node: SyntaxNode, text: string): SyntaxNode | undefined {
  const root = text.split(".")[0] ?? text;
  const isKept = (loop: SyntaxNode): boolean => {
    const { names, objects } = changesIn(source, loop);
    // What is done to what a method gives is not done to the text.
    const isTouched = [...objects].some(
      (one) => !one.includes("(") && [root, text].includes(one.replace(/^&mut /, "")),
    );
    return !isTouched && !text.split(".").some((name) => names.has(name));
  };
  const loops: SyntaxNode[] = [];
  for (const up of ancestors(node)) {
    if (/^(?:function_item|closure_expression)$/.test(up.type)) break;
    if (isLoop(up) && !isKept(up)) break;
    if (isLoop(up) && indentOf(source, up) !== undefined && isInBlock(up)) loops.push(up);
  }
  return loops.at(-1);
}

function collected(source: Source, loop: SyntaxNode, text: string): Rewrite {
  const plain = `${text.split(".").at(-1)}_chars`;
  const name =
    [plain, `${plain}_once`, `${plain}_2`].find((one) => !new RegExp(String.raw`\b${one}\b`).test(source.text)) ??
    `${plain}_3`;
  const uses = [...walk(loop)].flatMap((node) => {
    const parts = callParts(node);
    if (parts === null) return [];
    const callee = sourceOf(source, parts.callee);
    if (callee === `${text}.chars().count`) return [{ start: node.start, end: node.end, text: `${name}.len()` }];
    const [only] = parts.values;
    const list = childOf(node, "arguments");
    return callee === `${text}.chars().nth` && only !== undefined && list !== undefined
      ? [
          { start: node.start, end: list.start, text: `${name}.get` },
          { start: list.end, end: list.end, text: ".copied()" },
        ]
      : [];
  });
  const line = `let ${name}: Vec<char> = ${text}.chars().collect();\n${indentOf(source, loop)}`;
  return {
    description: `collect the letters of ${brief(text)} once before the loop`,
    at: loop.start,
    replacements: [{ start: loop.start, end: loop.start, text: line }, ...uses],
  };
}
