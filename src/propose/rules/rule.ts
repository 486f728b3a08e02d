/**
 * What a syntax-tree rewrite is: a rule looks at one file and lists everything it could do there.
 */
import { remember } from "../../core/remember.ts";
import { isEcmaScript, type Language } from "../../syntax/languages.ts";
import { ancestors, namedChildren, type SyntaxNode, walk } from "../../syntax/tree.ts";

/** One parsed file of the program. */
export interface Source {
  readonly path: string;
  readonly language: Language;
  readonly text: string;
  /** Every node, parents first. */
  readonly nodes: readonly SyntaxNode[];
}

/** One possible edit of one file. */
export interface Rewrite {
  /** What happens, without the place: `swap relu → gelu`. */
  readonly description: string;
  /** Offset that the description is about. */
  readonly at: number;
  /** UTF-16 ranges and their new texts; they do not overlap. */
  readonly replacements: readonly { readonly start: number; readonly end: number; readonly text: string }[];
}

export interface Rule {
  readonly name: string;
  /** How often it is tried relative to the others before anything is known about it. */
  readonly weight: number;
  /** Contract: pure; the rewrites need not be valid, only plausible (rewrites.ts checks the syntax). */
  find(source: Source): readonly Rewrite[];
}

export const isPython = (source: Source): boolean => source.language === "python";
export const isScript = (source: Source): boolean => isEcmaScript(source.language);

/** A node's source. */
export const sourceOf = (source: Source, node: SyntaxNode): string => source.text.slice(node.start, node.end);

/** A rewrite of one node. */
export const replaceNode = (node: SyntaxNode, text: string, description: string): Rewrite => ({
  description,
  at: node.start,
  replacements: [{ start: node.start, end: node.end, text }],
});

/** The first line's end, as good as any other's. */
export const lineBreakOf = ({ text }: Pick<Source, "text">): string => /\r?\n/.exec(text)?.[0] ?? "\n";

/** A line of code below a statement, indented as it is. */
export function insertedAfter(source: Source, node: SyntaxNode, line: { code: string; description: string }): Rewrite {
  const { text } = source;
  const indent = /[ \t]*$/.exec(text.slice(text.lastIndexOf("\n", node.start - 1) + 1, node.start))?.[0] ?? "";
  return {
    description: line.description,
    at: node.start,
    replacements: [{ start: node.end, end: node.end, text: `${lineBreakOf(source)}${indent}${line.code}` }],
  };
}

/** One line, at most 48 characters, for descriptions. */
export function brief(code: string): string {
  const line = code.replace(/\s+/g, " ").trim();
  return line.length > 48 ? `${line.slice(0, 47)}…` : line;
}

const CALL = /^(?:call|call_expression|method_invocation|invocation_expression|function_call_expression)$/;

const isCall = (node: SyntaxNode): boolean => CALL.test(node.type);

/** A call's callee and arguments; null for anything else. */
export function callParts(
  node: SyntaxNode,
): { readonly callee: SyntaxNode; readonly values: readonly SyntaxNode[] } | null {
  if (!isCall(node)) return null;
  const list = node.children.find((child) => child.field === "arguments");
  const callee = node.children.find(
    (child) => child.field === "function" || child.field === "name" || child.field === "method",
  );
  return list === undefined || callee === undefined ? null : { callee, values: namedChildren(list) };
}

/** Imports, types and index arithmetic: where a change of code is an error rather than an idea. */
export function isOffLimits(node: SyntaxNode): boolean {
  for (const up of ancestors(node)) {
    if (
      /import|type_annotation|type_alias|interface|subscript|index_expression|decorator|^type$|union_type/.test(up.type)
    )
      return true;
    if (/^(?:(?:enhanced_)?for|while|do)_/.test(up.type) && !isInBody(node, up)) return true;
  }
  return false;
}

const isInBody = (node: SyntaxNode, loop: SyntaxNode): boolean =>
  loop.children.some((child) => child.field === "body" && child.start <= node.start && node.end <= child.end);

/** Assignments to what a loop's condition, or that of its `break`, waits for: an edit of one is a loop without an end. */
export function drivesLoop(source: Source, statement: SyntaxNode): boolean {
  const target = /^(?:let |var |const )?\s*([\p{L}_$][\p{L}\p{N}_$]*)\s*(?:[-+*/]|\/\/)?=(?!=)/u.exec(
    sourceOf(source, statement),
  )?.[1];
  if (target === undefined) return false;
  return waitedFor(source).has(target);
}

/** Names in the conditions of loops and of what ends them. */
const waitedFor = remember((source: Source): ReadonlySet<string> => {
  const conditions = source.nodes.filter(
    ({ field, parent }) => field === "condition" && parent !== null && (isLoop(parent) || isExit(source, parent)),
  );
  return new Set(conditions.flatMap((node) => sourceOf(source, node).split(/[^\p{L}\p{N}_$]+/u)));
});

const isLoop = (node: SyntaxNode): boolean => /^(?:while|for|do)_/.test(node.type);

/** `if … break`, which may be all that ends a loop. */
const isExit = (source: Source, node: SyntaxNode): boolean =>
  node.type.startsWith("if_") && /\b(?:break|exit)\b/.test(sourceOf(source, node));

/** An `if` that ends a loop, or that holds an assignment to what one waits for. */
export const steersLoop = (source: Source, node: SyntaxNode): boolean =>
  isExit(source, node) || (node.type.startsWith("if_") && [...walk(node)].some((inner) => drivesLoop(source, inner)));

/** Part of the condition of an `if` that does so. */
export function endsLoop(source: Source, node: SyntaxNode): boolean {
  for (const up of [node, ...ancestors(node)])
    if (up.field === "condition" && up.parent !== null) return steersLoop(source, up.parent);
  return false;
}

/** The statement that a node is part of. */
export function statementOf(node: SyntaxNode): SyntaxNode {
  for (const up of ancestors(node)) if (/statement|declaration/.test(up.type)) return up;
  return node;
}

/** Statements that make the program's result: without them there is nothing to measure. */
export const isOutput = (code: string): boolean =>
  /\b(?:save|dump|to_(?:csv|json|parquet|pickle)|report|write|print|log|export|sync|close|flush|emit|return|yield|assert|throw|raise|exit)\w*\b/i.test(
    code,
  );
