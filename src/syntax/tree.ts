/**
 * A syntax tree as plain, frozen-by-convention data: what a WASM tree becomes before it is freed, so that nobody
 * else has a lifetime to think of. Offsets are UTF-16 code units, as in `text.slice(start, end)`.
 */
import { remember } from "../core/remember.ts";

export interface SyntaxNode {
  /** Kind in the grammar: `binary_expression`, or the text itself for anonymous tokens such as `+`. */
  readonly type: string;
  /** Name of the parent's field that holds this node, or null. */
  readonly field: string | null;
  readonly named: boolean;
  /** Inserted by the parser to recover from an error; has no text. */
  readonly missing: boolean;
  readonly start: number;
  readonly end: number;
  readonly parent: SyntaxNode | null;
  readonly children: readonly SyntaxNode[];
}

/** Every node of a tree, parents before children, in order of the text. Iterative: depth is the author's choice. */
export function* walk(root: SyntaxNode): Generator<SyntaxNode> {
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    yield node;
    for (let i = node.children.length - 1; i >= 0; i--) stack.push(node.children[i] as SyntaxNode);
  }
}

/** The nodes above, nearest first. */
export function* ancestors(node: SyntaxNode): Generator<SyntaxNode> {
  for (let up = node.parent; up !== null; up = up.parent) yield up;
}

/** The first child in one of these fields, in the order in which the fields are named. */
export function childOf(node: SyntaxNode, ...fields: readonly string[]): SyntaxNode | undefined {
  const { byField } = familyOf(node);
  for (const field of fields) {
    const child = byField.get(field);
    if (child !== undefined) return child;
  }
  return undefined;
}

/** Children that are not punctuation and not comments. */
export const namedChildren = (node: SyntaxNode): readonly SyntaxNode[] => familyOf(node).named;

interface Family {
  /** The first child in each field. */
  readonly byField: ReadonlyMap<string | null, SyntaxNode>;
  readonly named: readonly SyntaxNode[];
}

/** Looked through once: every one of a table's thousands of children asks about its siblings. */
const familyOf = remember((node: SyntaxNode): Family => ({
  byField: new Map(node.children.toReversed().map((child) => [child.field, child])),
  named: node.children.filter((child) => child.named && !child.type.endsWith("comment")),
}));

/** The source of a node. */
export const textOf = (node: SyntaxNode, text: string): string => text.slice(node.start, node.end);

/** Both from 1; columns count UTF-16 code units, and CR LF ends one line. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Line and column of any offset in a text. */
export function positionsIn(text: string): (offset: number) => Position {
  const starts = [0];
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] as number) + 1 };
  };
}

export const positionAt = (text: string, offset: number): Position => positionsIn(text)(offset);
