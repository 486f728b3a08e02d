/** What a program asks before it reads something: `i > 0 && xs[i - 1]` read outside of its condition fails, or reads what is not there. */
import { childOf, type SyntaxNode, walk } from "../../../syntax/tree.ts";
import { type Source, sourceOf } from "../rule.ts";
import { isLoop } from "./loops.ts";

/** Whether a condition within the loop, about something of the same name, decides if a node is worked out. */
export function isGuarded(source: Source, node: SyntaxNode): boolean {
  // A member of a value that is there: C and C++ by its dot, Rust always.
  if (/^field_expression$/.test(node.type) && !sourceOf(source, node).includes("->")) return false;
  const own = namesOf(source, node);
  const isAbout = (guard: SyntaxNode | undefined) =>
    guard !== undefined && [...namesOf(source, guard)].some((name) => own.has(name));
  for (let at = node; at.parent !== null && !isLoop(at); at = at.parent) {
    const inner = at;
    const before = inner.parent?.children.filter(({ end }) => end <= inner.start) ?? [];
    if (guardsOf(inner, before).some(isAbout) || before.some((one) => isAbout(leaving(source, one)))) return true;
  }
  return false;
}

/** What has to hold for a child to be reached: the left of `&&`, the condition of an `if`. */
function guardsOf({ parent, field }: SyntaxNode, before: readonly SyntaxNode[]): readonly (SyntaxNode | undefined)[] {
  if (parent === null || field === "condition") return [];
  if (before.some(({ type }) => /^(?:&&|\|\||\?\?|and|or)$/.test(type))) return [childOf(parent, "left") ?? before[0]];
  return /^(?:if|elif|unless|else_if|ternary|conditional)/.test(parent.type)
    ? [childOf(parent, "condition") ?? before.find(({ named }) => named)]
    : [];
}

/** The condition of `if (p === null) continue;`. */
function leaving(source: Source, statement: SyntaxNode): SyntaxNode | undefined {
  const condition = statement.type.startsWith("if") ? statement : statement.children[0];
  const isLeaving =
    condition?.type.startsWith("if") === true &&
    /\b(?:continue|break|return|next|throw|raise|panic)\b/.test(sourceOf(source, statement));
  return isLeaving ? childOf(condition, "condition") : undefined;
}

const namesOf = (source: Source, node: SyntaxNode): ReadonlySet<string> =>
  new Set(
    [...walk(node)]
      .filter(({ type, children }) => children.length === 0 && /identifier|name$/.test(type))
      .map((one) => sourceOf(source, one))
      .filter((name) => !/^(?:self|this)$/.test(name)),
  );
