/**
 * Repetition: a run of statements of a function is done several times, or a loop with a count goes on for longer. Most
 * programs that search do better when they search again, and no other rule can say so. JavaScript and TypeScript only.
 */
import { ancestors, childOf, namedChildren, type SyntaxNode, walk } from "../../syntax/tree.ts";
import { brief, isScript, replaceNode, type Rewrite, type Rule, type Source, sourceOf } from "../rules/rule.ts";

/** Times that a run is done. */
const COUNTS = [2, 4, 8];
/** What a loop's bound is multiplied by. */
const FACTORS = [2, 4, 8];
const COUNTERS = ["round", "turn", "pass", "repetition"];
const DECLARATION = /^(?:lexical|variable|function|class|generator_function)_declaration$/;
const FUNCTION = /^(?:function|generator_function|arrow_function|method)/;

export const repetition: Rule = {
  name: "repetition",
  weight: 1,
  find: (source) =>
    isScript(source) ? source.nodes.flatMap((node) => [...wrapped(source, node), ...longer(source, node)]) : [],
};

/** Every run of statements of a function's body that can be repeated as it stands. */
function wrapped(source: Source, block: SyntaxNode): Rewrite[] {
  const isBody = block.type === "statement_block" && block.field === "body" && FUNCTION.test(block.parent?.type ?? "");
  const counter = COUNTERS.find((name) => !new RegExp(`\\b${name}\\b`).test(source.text));
  if (!isBody || counter === undefined) return [];
  const statements = namedChildren(block);
  const ends = [...statements.keys()].map((at) => at + 1);
  return ends.flatMap((first) =>
    ends.slice(first - 1).flatMap((end) => {
      const run = statements.slice(first - 1, end);
      return isRepeatable(source, run, block) ? COUNTS.map((count) => inLoop(source, run, { counter, count })) : [];
    }),
  );
}

/** It does something, does not end the function, and nothing that it declares is used behind it. */
function isRepeatable(source: Source, run: readonly SyntaxNode[], block: SyntaxNode): boolean {
  if (run.some(({ type }) => /^(?:return|throw|empty)_statement$/.test(type))) return false;
  const last = run.at(-1) as SyntaxNode;
  // A run that ends in a declaration, or in an `if` that only leaves, does so for nothing.
  if (DECLARATION.test(last.type) || isGuard(source, last)) return false;
  const declared = new Set(run.flatMap((statement) => declaredNames(source, statement)));
  return ![...walk(block)].some(
    (node) => node.start >= last.end && /identifier/.test(node.type) && declared.has(sourceOf(source, node)),
  );
}

const isGuard = (source: Source, node: SyntaxNode): boolean =>
  node.type === "if_statement" &&
  /^\{?\s*(?:return|throw)\b/.test(source.text.slice(childOf(node, "consequence")?.start ?? node.end, node.end));

function declaredNames(source: Source, statement: SyntaxNode): string[] {
  if (!DECLARATION.test(statement.type)) return [];
  const names =
    statement.type.startsWith("lexical") || statement.type.startsWith("variable")
      ? statement.children.filter(({ type }) => type === "variable_declarator")
      : [statement];
  return names.flatMap((one) => {
    const name = childOf(one, "name");
    return name === undefined
      ? []
      : [...walk(name)].filter(({ type }) => /identifier/.test(type)).map((node) => sourceOf(source, node));
  });
}

function inLoop(
  source: Source,
  run: readonly SyntaxNode[],
  { counter, count }: { readonly counter: string; readonly count: number },
): Rewrite {
  const { text } = source;
  const [start, end] = [(run[0] as SyntaxNode).start, (run.at(-1) as SyntaxNode).end];
  const indent = /[ \t]*$/.exec(text.slice(0, start))?.[0] ?? "";
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const head = `for (let ${counter} = 0; ${counter} < ${count}; ${counter}++) {`;
  return {
    description: `do ${brief(sourceOf(source, run[0] as SyntaxNode))} and ${run.length - 1} more statements ${count} times`,
    at: start,
    replacements: [{ start, end, text: `${head}${eol}${indent}  ${indented(source, start, end)}${eol}${indent}}` }],
  };
}

/** Two spaces more at the beginning of every line, but inside of texts, which they would change. */
function indented(source: Source, start: number, end: number): string {
  const texts = source.nodes.filter((node) => node.type === "template_string" && node.start < end && node.end > start);
  return source.text.slice(start, end).replace(/\n(?=[^\r\n])/g, (eol, offset: number) => {
    const at = start + offset;
    return texts.some((one) => one.start < at && at < one.end) ? eol : `${eol}  `;
  });
}

/** `i < 10` becomes `i < 20`, `i < n` becomes `i < 2 * n`, in a loop that only counts. */
function longer(source: Source, loop: SyntaxNode): Rewrite[] {
  const condition = loop.type === "for_statement" ? childOf(loop, "condition") : undefined;
  const comparison = condition === undefined ? undefined : [...walk(condition)].find(isBinary);
  const [counter, bound] = comparison === undefined ? [] : [childOf(comparison, "left"), childOf(comparison, "right")];
  if (comparison === undefined || counter?.type !== "identifier" || bound === undefined) return [];
  if (!/^<=?$/.test(childOf(comparison, "operator")?.type ?? "") || !/^(?:number|identifier)$/.test(bound.type))
    return [];
  if (isIndex(source, loop, sourceOf(source, counter))) return [];
  const code = sourceOf(source, bound);
  const times = (factor: number) =>
    bound.type === "number" && Number.isFinite(Number(code)) ? String(Number(code) * factor) : `${factor} * ${code}`;
  return FACTORS.map((factor) => replaceNode(bound, times(factor), `${factor} times as many ${brief(code)}`));
}

const isBinary = ({ type }: SyntaxNode): boolean => type === "binary_expression";

/** Whether the loop's counter says which element of something is meant. */
const isIndex = (source: Source, loop: SyntaxNode, counter: string): boolean =>
  [...walk(loop)].some(
    (node) =>
      node.type === "identifier" &&
      sourceOf(source, node) === counter &&
      [...ancestors(node)].some((up) => up.start >= loop.start && up.type === "subscript_expression"),
  );
