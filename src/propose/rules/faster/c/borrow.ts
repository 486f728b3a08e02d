/** C++: a copy that is only read while what it was made of stays as it is can be a reference; what a method only shows, too. */
import { ancestors, childOf, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { brief, callParts, replaceNode, type Rewrite, type Source, sourceOf } from "../../rule.ts";
import { changesIn } from "../loops.ts";
import { isLarge } from "./large.ts";

/** `Row row = rows[i];` */
export function borrowed(source: Source, node: SyntaxNode): Rewrite[] {
  const [type, made] = [childOf(node, "type"), childOf(node, "declarator")];
  const scope = node.parent;
  if (node.type !== "declaration" || made?.type !== "init_declarator" || type === undefined || scope === null)
    return [];
  const [name, value] = [childOf(made, "declarator"), childOf(made, "value")];
  const code = sourceOf(source, node);
  if (name?.type !== "identifier" || value === undefined || scope.type !== "compound_statement") return [];
  if (!isLarge(source, sourceOf(source, type)) || /^(?:static|constexpr|thread_local)\b/.test(code)) return [];
  const [, root] = READ.exec(sourceOf(source, value)) ?? [];
  const own = sourceOf(source, name);
  if (root === undefined || !staysIn(source, { scope, from: node.end, own, root, value: sourceOf(source, value) }))
    return [];
  const isConst = /^const\b/.test(code);
  const text = `${isConst ? "" : "const "}${sourceOf(source, type)}& ${own}`;
  return [replaceNode({ ...type, end: name.end }, text, `${brief(own)} by reference`)];
}

/** An element or a member of something that is there. */
const READ = /^([A-Za-z_]\w*)(?:(?:\.|->)\w+|\[[\w.+ -]+\]|\.at\([\w.+ -]+\)|\.(?:front|back)\(\))+$/;

interface Read {
  readonly scope: SyntaxNode;
  readonly from: number;
  readonly own: string;
  readonly root: string;
  readonly value: string;
}

/** Whether nothing in the rest of a block changes the copy, or what it was made of, or could. */
function staysIn(source: Source, { scope, from, own, root, value }: Read): boolean {
  const { names, objects } = changesIn(source, scope);
  const isIn = (code: string, name: string) => new RegExp(String.raw`^(?:this->)?${name}(?![\w])`).test(code);
  const member = /(\w+)$/.exec(value)?.[1] ?? "";
  if (isDeclared(source, scope, root) !== "value" && names.has(member)) return false;
  const isTouched = [...objects].some((code) => isIn(code, own) || isIn(code, root));
  if (isTouched || assigned(source, scope).has(own) || assigned(source, scope).has(root)) return false;
  // A member may be changed by the object's own methods, a reference by its namesake.
  const isOutside = isDeclared(source, scope, root) === "elsewhere";
  return [...walk(scope)].every((node) => {
    const parts = node.start < from ? null : callParts(node);
    if (parts === null) return true;
    const callee = sourceOf(source, parts.callee);
    if (isOutside && parts.callee.type === "identifier" && isMethod(source, callee)) return false;
    return parts.values.every((one) => {
      const given = sourceOf(source, one);
      return given !== root && given !== `&${root}` && given !== `*${root}` && given !== `std::move(${own})`;
    });
  });
}

/** Names of the block that are given another value. */
const assigned = (source: Source, scope: SyntaxNode): ReadonlySet<string> =>
  new Set(
    [...walk(scope)]
      .filter(({ type }) => /^(?:assignment_expression|update_expression)$/.test(type))
      .map((node) => /^[A-Za-z_]\w*/.exec(sourceOf(source, childOf(node, "left", "argument") ?? node))?.[0] ?? ""),
  );

const isMethod = (source: Source, name: string): boolean =>
  source.nodes.some(({ type, start, end }) => type === "field_identifier" && source.text.slice(start, end) === name) ||
  source.text.includes(`::${name}(`);

/** Whether a name is declared within the function, and there as a value or as a reference to another. */
function isDeclared(source: Source, scope: SyntaxNode, name: string): "value" | "reference" | "elsewhere" {
  const owner = [scope, ...ancestors(scope)].find(({ type }) =>
    /^(?:function_definition|lambda_expression)$/.test(type),
  );
  const code = owner === undefined ? "" : sourceOf(source, owner);
  const found = new RegExp(String.raw`[\w>]\s*([&*]*)\s*\b${name}\s*(?:[=;:,({)]|\{)`).exec(code);
  const isOwn = found !== null && !/^(?:return|else)\b/.test(found[0]);
  return !isOwn ? "elsewhere" : found[1] === "" ? "value" : "reference";
}

/** `std::vector<Row> rows() const { return rows_; }`, if nobody keeps what it gives while its object changes. */
export function shown(source: Source, node: SyntaxNode): Rewrite[] {
  const [type, declarator, body] = [childOf(node, "type"), childOf(node, "declarator"), childOf(node, "body")];
  const inClass = node.parent?.type === "field_declaration_list";
  if (
    node.type !== "function_definition" ||
    !inClass ||
    type === undefined ||
    declarator === undefined ||
    body === undefined
  )
    return [];
  const [, name] = /^(\w+)\(\s*\)\s*const\b/.exec(sourceOf(source, declarator)) ?? [];
  const [, member] = /^\{\s*return\s+(\w+)\s*;\s*\}$/.exec(sourceOf(source, body)) ?? [];
  const code = sourceOf(source, type);
  if (name === undefined || member === undefined || !isLarge(source, code) || code === "auto") return [];
  const isMember = source.nodes.some(
    (one) =>
      one.type === "field_declaration" &&
      sourceOf(source, childOf(one, "declarator") ?? one) === member &&
      sourceOf(source, childOf(one, "type") ?? one) === code,
  );
  if (!isMember || isKept(source, name)) return [];
  return [replaceNode(type, `const ${code}&`, `${name} shows what it has`)];
}

/** What is given by something that is gone at once, is kept by a reference, or is gone through while its object is asked for more. */
function isKept(source: Source, name: string): boolean {
  const call = String.raw`\.${name}\(\s*\)|->${name}\(\s*\)|\b${name}\(\s*\)`;
  if (new RegExp(String.raw`\)\s*(?:\.|->)\s*${name}\(`).test(source.text)) return true;
  if (new RegExp(String.raw`&\s*\w+\s*=\s*[^;]*(?:${call})`).test(source.text)) return true;
  return source.nodes.some((node) => {
    if (node.type !== "for_range_loop") return false;
    const [range, body] = [childOf(node, "right"), childOf(node, "body")];
    if (range === undefined || body === undefined) return false;
    const [, object] = new RegExp(String.raw`^(?:(\w+)(?:\.|->))?${name}\(\s*\)$`).exec(sourceOf(source, range)) ?? [];
    const isAsked = new RegExp(String.raw`\b${object ?? "this"}(?:\.|->)`).test(sourceOf(source, body));
    const isOwn = object === undefined && sourceOf(source, range).startsWith(name);
    return (
      (object !== undefined && isAsked) ||
      (isOwn &&
        [...walk(body)].some(
          (one) => one.type === "call_expression" && isMethod(source, sourceOf(source, callParts(one)?.callee ?? one)),
        ))
    );
  });
}
