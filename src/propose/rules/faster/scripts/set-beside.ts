/** A list that grows and is asked what it contains gets a set beside it, which grows with it: `if (!found.includes(x)) found.push(x)`. */
import { ancestors, childOf, namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { lineBreakOf, type Rewrite, type Source, sourceOf } from "../../rule.ts";
import { indentOf, isInBlock, isLoop } from "../loops.ts";
import { changesAt, FUNCTION, isBinding, mentions, methodCall, unwrapped } from "./changes.ts";
import { nameAfter } from "./regions.ts";
import { questionIn } from "./sets.ts";

export function setBeside(source: Source, node: SyntaxNode): Rewrite[] {
  const list = node.type === "variable_declarator" ? growingList(source, node) : undefined;
  return list === undefined ? [] : beside(source, list);
}

interface Growing {
  readonly statement: SyntaxNode;
  readonly name: SyntaxNode;
  readonly mentioned: readonly SyntaxNode[];
}

/** `const found: string[] = [];`, and where it is mentioned within the block. */
function growingList(source: Source, node: SyntaxNode): Growing | undefined {
  const [name, value, statement] = [childOf(node, "name"), childOf(node, "value"), node.parent];
  if (name?.type !== "identifier" || value === undefined || statement === null) return undefined;
  const isEmpty = unwrapped(value).type === "array" && namedChildren(unwrapped(value)).length === 0;
  const isAlone =
    namedChildren(statement).length === 1 && indentOf(source, statement) !== undefined && isInBlock(statement);
  const block = statement.parent;
  if (!isEmpty || !isAlone || block === null || !sourceOf(source, statement).startsWith("const")) return undefined;
  const text = sourceOf(source, name);
  const within = mentions(source, text).filter(({ start }) => block.start <= start && start < block.end);
  return within.filter(isBinding).length === 1
    ? { statement, name, mentioned: within.filter((one) => one !== name) }
    : undefined;
}

function beside(source: Source, { statement, name, mentioned }: Growing): Rewrite[] {
  const uses = mentioned.map((one) => useOf(source, one));
  const asked = uses.flatMap((use) => (use?.kind === "asked" ? [use] : []));
  const pushes = uses.flatMap((use) => (use?.kind === "push" ? [use] : []));
  const isOften = asked.some(({ node }) => isRepeated(node, statement));
  if (uses.includes(undefined) || pushes.length === 0 || !isOften) return [];
  const list = sourceOf(source, name);
  const set = nameAfter(source, name, "Set");
  const eol = lineBreakOf(source);
  const type = source.language === "javascript" ? "" : "<unknown>";
  return [
    {
      description: `a set beside ${list}`,
      at: statement.start,
      replacements: [
        {
          start: statement.end,
          end: statement.end,
          text: `${eol}${indentOf(source, statement)}const ${set} = new Set${type}();`,
        },
        ...asked.map(({ node, asSet }) => ({ start: node.start, end: node.end, text: asSet(set) })),
        ...pushes.map(({ node, value }) => {
          const both = `${list}.push(${value}); ${set}.add(${value});`;
          return { start: node.start, end: node.end, text: isInBlock(node) ? both : `{ ${both} }` };
        }),
      ],
    },
  ];
}

type Use =
  | { readonly kind: "asked"; readonly node: SyntaxNode; readonly asSet: (name: string) => string }
  | { readonly kind: "push"; readonly node: SyntaxNode; readonly value: string }
  | { readonly kind: "read" };

/** What a mention does with the list; undefined where it might change it, or let others do so. */
function useOf(source: Source, mention: SyntaxNode): Use | undefined {
  const { parent } = mention;
  const call = parent?.type === "member_expression" && parent.field === "function" ? parent.parent : null;
  if (call != null) {
    const question = questionIn(source, call);
    if (question !== undefined) return { kind: "asked", node: question.node, asSet: question.asSet };
    const method = methodCall(source, call);
    if (method?.method === "push") return pushOf(source, call, method.values);
  }
  if (changesAt(source, mention).length > 0) return undefined;
  const isRead =
    (parent?.type === "member_expression" &&
      (call != null || sourceOf(source, childOf(parent, "property") ?? parent) === "length")) ||
    (parent?.type === "subscript_expression" && mention.field === "object") ||
    /^(?:spread_element|return_statement|template_substitution)$/.test(parent?.type ?? "") ||
    (parent?.type === "for_in_statement" && mention.field === "right");
  return isRead ? { kind: "read" } : undefined;
}

/** A statement that adds one thing, which may be written twice. */
function pushOf(source: Source, call: SyntaxNode, values: readonly SyntaxNode[]): Use | undefined {
  const [value] = values;
  const statement = call.parent;
  if (value === undefined || values.length > 1 || statement?.type !== "expression_statement") return undefined;
  const isPlain = [...walk(value)].every(
    ({ type }) => !/call|new|assign|update|await|yield|function|^(?:object|array|spread_element|regex)$/.test(type),
  );
  return isPlain ? { kind: "push", node: statement, value: sourceOf(source, value) } : undefined;
}

/** Whether it is asked in a loop or callback that the list outlives. */
function isRepeated(node: SyntaxNode, declared: SyntaxNode): boolean {
  for (const up of ancestors(node)) {
    if (up === declared.parent) return false;
    if (isLoop(up)) return true;
    if (FUNCTION.test(up.type)) return true;
  }
  return false;
}
