/** A text of Go that grows in a loop is copied at every `+=`; a `strings.Builder` has room, and gives the text without a copy. */
import { ancestors, childOf, type SyntaxNode } from "../../../../syntax/tree.ts";
import { lineBreakOf, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { indentOf } from "../loops.ts";
import {
  functionOf,
  imported,
  isDeclared,
  isGo,
  isInList,
  loopsAround,
  pairOf,
  type Replacement,
  signOf,
  usesOf,
} from "./scopes.ts";

export const builders: Rule = {
  name: "builders",
  weight: 1.2,
  find: (source) => (isGo(source) ? source.nodes.flatMap((node) => built(source, node)) : []),
};

function built(source: Source, node: SyntaxNode): Rewrite[] {
  const declared = declarationAt(source, node);
  const owner = functionOf(node);
  const imports = imported(source, "strings");
  if (declared === undefined || owner === undefined || imports === undefined || !isInList(node)) return [];
  const uses = usesOf(source, owner, declared.name);
  if (uses.filter(isDeclared).length !== 1) return [];
  const edits = uses.filter((use) => !isDeclared(use)).map((use) => ({ use, edit: editOf(source, use) }));
  if (edits.some(({ edit }) => edit === undefined)) return [];
  // Loops that are around where it grows, and not around where it begins.
  const grows = edits.some(
    ({ use, edit }) => edit?.isGrowth === true && loopsAround(use).some((loop) => loop.start > node.start),
  );
  if (!grows) return [];
  const first =
    declared.begins === ""
      ? ""
      : `${lineBreakOf(source)}${indentOf(source, node) ?? ""}${declared.name}.WriteString(${declared.begins})`;
  return [
    {
      description: `${declared.name} grows in a builder`,
      at: node.start,
      replacements: [
        ...imports,
        { start: node.start, end: node.end, text: `var ${declared.name} strings.Builder${first}` },
        ...edits.flatMap(({ edit }) => edit?.replacement ?? []),
      ],
    },
  ];
}

/** `s := ""`, `s := "a"` or `var s string`. */
function declarationAt(
  source: Source,
  node: SyntaxNode,
): { readonly name: string; readonly begins: string } | undefined {
  if (node.type === "var_declaration")
    return named(/^var\s+(\w+)\s+string(?:\s*=\s*("(?:[^"\\]|\\.)*"))?$/.exec(sourceOf(source, node)));
  return node.type === "short_var_declaration"
    ? named(/^(\w+)\s*:=\s*("(?:[^"\\]|\\.)*")$/.exec(sourceOf(source, node)))
    : undefined;
}

const named = (match: RegExpExecArray | null) =>
  match === null ? undefined : { name: match[1] as string, begins: match[2] === '""' ? "" : (match[2] ?? "") };

interface Edit {
  readonly replacement?: Replacement;
  readonly isGrowth: boolean;
}

/** What becomes of a use; undefined for one that a builder has not. */
function editOf(source: Source, use: SyntaxNode): Edit | undefined {
  const name = sourceOf(source, use);
  const statement = assignmentTo(use);
  const replaced = ({ start, end }: SyntaxNode, text: string, isGrowth = false) => ({
    replacement: { start, end, text },
    isGrowth,
  });
  if (statement !== undefined) return assigned(source, statement, name, replaced);
  // The text of `s = s + x` has gone with the statement.
  const { parent } = use;
  if (parent === null || (parent.type === "unary_expression" && sourceOf(source, parent).startsWith("&")))
    return undefined;
  if (/^(?:inc|dec)_statement$/.test(parent.type) || isOnLeft(use)) return undefined;
  const growth = [...ancestors(use)].find(
    (up) => up.type === "assignment_statement" && pairOf(up)?.left.type === "identifier",
  );
  if (growth !== undefined && isFirstOf(source, growth, use)) return { isGrowth: false };
  // An argument of what also grows it is read first, as before.
  if (growth !== undefined && sourceOf(source, pairOf(growth)?.left ?? growth) === name) return undefined;
  return replaced(use, `${name}.String()`);
}

const assignmentTo = (use: SyntaxNode): SyntaxNode | undefined => {
  const up = use.parent?.type === "expression_list" && use.parent.field === "left" ? use.parent.parent : null;
  return up?.type === "assignment_statement" ? up : undefined;
};

const isOnLeft = (use: SyntaxNode): boolean => use.parent?.type === "expression_list" && use.parent.field === "left";

function assigned(
  source: Source,
  statement: SyntaxNode,
  name: string,
  replaced: (node: SyntaxNode, text: string, isGrowth?: boolean) => Edit,
): Edit | undefined {
  const pair = pairOf(statement);
  if (pair === undefined || !isInList(statement)) return undefined;
  const sign = signOf(source, statement);
  const value = sourceOf(source, pair.right);
  if (sign === "+=")
    return usesOf(source, pair.right, name).length > 0
      ? undefined
      : replaced(statement, `${name}.WriteString(${value})`, true);
  if (sign === "=" && value === '""') return replaced(statement, `${name}.Reset()`);
  const rest = sign === "=" ? afterFirst(source, pair.right, name) : undefined;
  return rest === undefined ? undefined : replaced(statement, `${name}.WriteString(${rest})`, true);
}

/** `a + b` of `s + a + b`. */
function afterFirst(source: Source, value: SyntaxNode, name: string): string | undefined {
  let first = value;
  while (first.type === "binary_expression" && first.children[1]?.type === "+") first = childOf(first, "left") ?? first;
  if (first === value || sourceOf(source, first) !== name || usesOf(source, value, name).length !== 1) return undefined;
  return source.text.slice(first.end, value.end).replace(/^\s*\+\s*/, "");
}

/** Whether a use is the first `s` of `s = s + a`. */
function isFirstOf(source: Source, statement: SyntaxNode, use: SyntaxNode): boolean {
  const right = pairOf(statement)?.right;
  return (
    right !== undefined && use.start === right.start && afterFirst(source, right, sourceOf(source, use)) !== undefined
  );
}
