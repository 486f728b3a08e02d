/** Statements: one less, one more, or two in the other order. */
import { remember } from "../../core/remember.ts";
import { ancestors, namedChildren, type SyntaxNode } from "../../syntax/tree.ts";
import {
  brief,
  drivesLoop,
  insertedAfter,
  isOutput,
  type Rewrite,
  type Rule,
  type Source,
  sourceOf,
  steersLoop,
} from "./rule.ts";

export const statements: Rule = {
  name: "statements",
  weight: 0.8,
  find: (source) =>
    source.nodes
      .filter((node) =>
        /^(?:statement_block|block|compound_statement|statement_list|body_statement|program|module|declaration_list)$/.test(
          node.type,
        ),
      )
      .flatMap((block) => editsOf(source, namedChildren(block))),
};

/** `a`, `self.b` or `a, b` in front of a plain `=`. */
const targetsOf = (code: string): readonly string[] =>
  /^([\p{L}\p{N}_$@.,\s]+?)(?::[^=]+)?=(?!=)/u
    .exec(code)?.[1]
    ?.split(",")
    .map((name) => name.trim()) ?? [];

const NAMED = /^(?:identifier|attribute|variable|variable_name|instance_variable|constant|member_access_expression)$/;

const SCOPE = /function|method|class|lambda/;
/** Where each function, class and the file itself (undefined) first mentions each name: the end of it. */
const firstMentions = remember((source: Source) => {
  const found = new Map<SyntaxNode | undefined, Map<string, number>>();
  for (const node of source.nodes) {
    if (!NAMED.test(node.type)) continue;
    const scope = scopeOf(node);
    const names = found.get(scope) ?? new Map<string, number>();
    const name = sourceOf(source, node);
    found.set(scope, names.set(name, Math.min(node.end, names.get(name) ?? node.end)));
  }
  return found;
});

const scopeOf = (node: SyntaxNode): SyntaxNode | undefined => {
  for (const up of ancestors(node)) if (SCOPE.test(up.type)) return up;
  return undefined;
};

/** A function's first assignment to a name, in a language that declares by assigning: what follows rests on it. */
function isDeclaration(source: Source, node: SyntaxNode): boolean {
  if (!/^(?:python|ruby|php|bash)$/.test(source.language)) return false;
  const names = firstMentions(source).get(scopeOf(node));
  return targetsOf(sourceOf(source, node)).some((target) => (names?.get(target) ?? Infinity) > node.start);
}

/** Set-up and book-keeping: leaving it out changes nothing that is measured, or everything. Nothing learns without a gradient's step. */
const isHousekeeping = (code: string): boolean =>
  /^super\b|^["'`]|seed|__name__|^(?:await )?main\(|^gc\.|\.(?:eval|train|fit)\(|register_|device|pin_memory|add_argument|mkdir|zero_grad|\.backward\(|^opt\w*\.step\(/i.test(
    code,
  );

const isAction = (node: SyntaxNode): boolean => node.type === "expression_statement";

function editsOf(source: Source, list: readonly SyntaxNode[]): Rewrite[] {
  return list.flatMap((node, i) => {
    const code = sourceOf(source, node);
    const next = list[i + 1];
    const isFree =
      (isAction(node) || node.type.startsWith("if_")) &&
      !isOutput(code) &&
      !isDeclaration(source, node) &&
      !isHousekeeping(code) &&
      !steersLoop(source, node) &&
      !drivesLoop(source, node);
    if (!isFree) return [];
    const edits = [removed(source, node, list.length === 1)];
    if (isAction(node) && isRepeatable(code))
      edits.push(insertedAfter(source, node, { code, description: `repeat ${brief(code)}` }));
    if (
      isAction(node) &&
      next !== undefined &&
      isAction(next) &&
      !isOutput(sourceOf(source, next)) &&
      !isDeclaration(source, next)
    )
      edits.push(swapped(source, node, next));
    return edits;
  });
}

function removed(source: Source, node: SyntaxNode, isOnly: boolean): Rewrite {
  const { text } = source;
  const description = `delete ${brief(sourceOf(source, node))}`;
  const lineStart = text.lastIndexOf("\n", node.start - 1) + 1;
  const lineEnd = text.indexOf("\n", node.end) + 1;
  const isAlone =
    text.slice(lineStart, node.start).trim() === "" && lineEnd > 0 && text.slice(node.end, lineEnd).trim() === "";
  if (isOnly && source.language === "python")
    return { description, at: node.start, replacements: [{ start: node.start, end: node.end, text: "pass" }] };
  const span = isAlone ? { start: lineStart, end: lineEnd } : { start: node.start, end: node.end };
  return { description, at: node.start, replacements: [{ ...span, text: "" }] };
}

/** Doing it twice does something else than doing it once. */
function isRepeatable(code: string): boolean {
  const [target, ...others] = targetsOf(code);
  const value = code.slice(code.indexOf("=") + 1).split(/[^\p{L}\p{N}_$@.]+/u);
  return others.length === 0 && (target === undefined ? !/^[^=(]*[^-+*/=(]=(?!=)/.test(code) : value.includes(target));
}

const swapped = (source: Source, first: SyntaxNode, second: SyntaxNode): Rewrite => ({
  description: `swap ${brief(sourceOf(source, first))} with the statement below`,
  at: first.start,
  replacements: [
    { start: first.start, end: first.end, text: sourceOf(source, second) },
    { start: second.start, end: second.end, text: sourceOf(source, first) },
  ],
});
