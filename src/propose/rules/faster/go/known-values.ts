/** A slice of Go that is asked in every round of a loop whether it has a value: a table beside it knows, also while the slice grows. */
import { ancestors, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { callParts, lineBreakOf, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { indentOf } from "../loops.ts";
import { growthIn, isLookingFor } from "./growing.ts";
import { freeName, isGo, isInList, loopsAround, type Replacement } from "./scopes.ts";
import { elementTypeOf } from "./types.ts";

export const knownValues: Rule = {
  name: "known-values",
  weight: 1.2,
  find: (source) => (isGo(source) ? source.nodes.flatMap((node) => known(source, node)) : []),
};

/** `slices.Contains(xs, x)`, or the same by a function of the file. */
function known(source: Source, call: SyntaxNode): Rewrite[] {
  const parts = call.type === "call_expression" ? callParts(call) : null;
  const [list, value] = parts?.values ?? [];
  if (parts === null || list === undefined || value === undefined || parts.values.length !== 2) return [];
  if (!isLookingFor(source, sourceOf(source, parts.callee)) || !/^[\w.]+$/.test(sourceOf(source, list))) return [];
  const type = elementTypeOf(source, list);
  const statement = statementOf(source, call);
  if (type === undefined || !/^[\w.*]+$/.test(type) || statement === undefined) return [];
  const loops = loopsAround(statement).filter(isInList);
  const growth = loops.map((loop) => growthIn(source, loop, { list, members: new Set() }));
  const end = growth.indexOf("no");
  const outer = loops[(end < 0 ? loops.length : end) - 1];
  return outer === undefined ? [] : [tabled(source, { call, list, value, statement, outer, type })];
}

/** The statement that a call is in, before which a line can be put: nothing in it may make the slice longer before it is asked. */
function statementOf(source: Source, call: SyntaxNode): SyntaxNode | undefined {
  let inner = call;
  for (const up of ancestors(call)) {
    if (/^(?:for_clause|range_clause|for_statement|func_literal|defer_statement)$/.test(up.type)) return undefined;
    if (up.type === "statement_list") break;
    inner = up;
  }
  const isEarlier = (node: SyntaxNode) => {
    const callee = node.start < call.start && node.end <= call.start ? callParts(node)?.callee : undefined;
    return (
      callee !== undefined && !/^(?:len|cap|(?:strings|strconv|unicode|math)\.\w+)$/.test(sourceOf(source, callee))
    );
  };
  return isInList(inner) && ![...walk(inner)].some(isEarlier) ? inner : undefined;
}

/** An import that nothing else needs is an error. */
function withoutUse(source: Source, call: SyntaxNode): readonly Replacement[] {
  const isLast = sourceOf(source, call).startsWith("slices.") && source.text.split("slices.").length === 2;
  const spec = source.nodes.find((node) => node.type === "import_spec" && sourceOf(source, node) === '"slices"');
  if (!isLast || spec === undefined) return [];
  const all = spec.parent?.type === "import_spec_list" ? spec : (spec.parent ?? spec);
  const start = all.start - (/\s*$/.exec(source.text.slice(0, all.start))?.[0].length ?? 0);
  return [{ start, end: all.end, text: "" }];
}

interface Parts {
  readonly call: SyntaxNode;
  readonly list: SyntaxNode;
  readonly value: SyntaxNode;
  readonly statement: SyntaxNode;
  readonly outer: SyntaxNode;
  readonly type: string;
}

function tabled(source: Source, { call, list, value, statement, outer, type }: Parts): Rewrite {
  const code = sourceOf(source, list);
  const rows = /\w+$/.exec(code)?.[0] ?? "values";
  const [table, count] = [freeName(source, `${rows}Has`), freeName(source, `${rows}Known`)];
  const [eol, before, within] = [lineBreakOf(source), indentOf(source, outer) ?? "", indentOf(source, statement) ?? ""];
  const fill = [`for ; ${count} < len(${code}); ${count}++ {`, `\t${table}[${code}[${count}]] = true`, "}"];
  return {
    description: `a table of what is in ${code}`,
    at: outer.start,
    replacements: [
      ...withoutUse(source, call),
      { start: outer.start, end: outer.start, text: `${table}, ${count} := map[${type}]bool{}, 0${eol}${before}` },
      { start: statement.start, end: statement.start, text: fill.map((line) => `${line}${eol}${within}`).join("") },
      { start: call.start, end: call.end, text: `${table}[${sourceOf(source, value)}]` },
    ],
  };
}
