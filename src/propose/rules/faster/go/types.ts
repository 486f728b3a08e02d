/** What types a Go file says that its slices and fields have: only where it says so by itself, and once. */
import { remember } from "../../../../core/remember.ts";
import { childOf, namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { type Source, sourceOf } from "../../rule.ts";
import { functionOf, isDeclared, usesOf } from "./scopes.ts";

/** The type of the elements of a slice, `xs` or `s.xs`; undefined for what may be a table, a text or anything else. */
export function elementTypeOf(source: Source, list: SyntaxNode): string | undefined {
  const type = list.type === "selector_expression" ? fieldType(source, list) : nameType(source, list);
  return type?.startsWith("[]") === true ? type.slice(2) : undefined;
}

function fieldType(source: Source, selector: SyntaxNode): string | undefined {
  const types = fields(source).get(sourceOf(source, childOf(selector, "field") ?? selector)) ?? [];
  return new Set(types.map(({ type }) => type)).size === 1 ? types[0]?.type : undefined;
}

/** The type of a member of a struct of the file, or of what a pointer to one points to. */
export const memberType = (source: Source, struct: string, member: string): string | undefined =>
  fields(source)
    .get(member)
    ?.find(({ owner }) => owner === struct.replace(/^\*/, ""))?.type;

interface Field {
  readonly owner: string;
  readonly type: string;
}

const fields = remember((source: Source): ReadonlyMap<string, readonly Field[]> => {
  const found: [string, Field][] = [];
  for (const node of source.nodes) {
    const [name, struct] = node.type === "type_spec" ? [childOf(node, "name"), childOf(node, "type")] : [];
    if (name === undefined || struct?.type !== "struct_type") continue;
    for (const inner of walk(struct)) {
      const type = inner.type === "field_declaration" ? childOf(inner, "type") : undefined;
      for (const one of type === undefined ? [] : inner.children.filter(({ field }) => field === "name"))
        found.push([
          sourceOf(source, one),
          { owner: sourceOf(source, name), type: sourceOf(source, type as SyntaxNode) },
        ]);
    }
  }
  return new Map([...Map.groupBy(found, ([name]) => name)].map(([name, some]) => [name, some.map(([, one]) => one)]));
});

function nameType(source: Source, name: SyntaxNode): string | undefined {
  const owner = functionOf(name);
  const code = sourceOf(source, name);
  const declared = owner === undefined ? [] : usesOf(source, owner, code).filter(isDeclared);
  const [only] = declared;
  return declared.length === 1 && only !== undefined ? typeAt(source, only) : undefined;
}

/** The type that a name is declared with, or of the value that it begins with. */
function typeAt(source: Source, name: SyntaxNode): string | undefined {
  const { parent } = name;
  if (parent === null) return undefined;
  const type = childOf(parent, "type");
  if (/^(?:var_spec|parameter_declaration)$/.test(parent.type) && type !== undefined) return sourceOf(source, type);
  const statement = parent.parent;
  const [lefts, rights] = [parent, statement === null ? undefined : childOf(statement, "right")];
  if (statement?.type !== "short_var_declaration" || rights === undefined) return undefined;
  const place = namedChildren(lefts).indexOf(name);
  const values = namedChildren(rights);
  const value = values.length === namedChildren(lefts).length ? values[place] : values[0];
  return value === undefined ? undefined : valueType(source, value, values.length === 1 ? place : 0);
}

function valueType(source: Source, value: SyntaxNode, place: number): string | undefined {
  const code = sourceOf(source, value);
  if (value.type === "composite_literal") return sourceOf(source, childOf(value, "type") ?? value);
  if (value.type !== "call_expression") return undefined;
  const callee = sourceOf(source, childOf(value, "function") ?? value);
  if (callee === "make") return sourceOf(source, namedChildren(childOf(value, "arguments") ?? value)[0] ?? value);
  if (/^strings\.(?:Fields|Split)\(/.test(code)) return "[]string";
  const results = resultsOf(source).get(callee);
  return results?.[place];
}

/** The types of what the file's functions give. */
const resultsOf = remember((source: Source): ReadonlyMap<string, readonly string[]> => {
  const functions = source.nodes.filter(({ type }) => type === "function_declaration");
  return new Map(
    functions.map((node) => {
      const result = childOf(node, "result");
      const types =
        result?.type === "parameter_list"
          ? namedChildren(result).map((one) => sourceOf(source, childOf(one, "type") ?? one))
          : [result === undefined ? "" : sourceOf(source, result)];
      return [sourceOf(source, childOf(node, "name") ?? node), types];
    }),
  );
});
