/** What is done again and again in a script, and whether something stays as it is meanwhile. */
import { remember } from "../../../../core/remember.ts";
import { ancestors, childOf, namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { callParts, lineBreakOf, type Rewrite, type Source, sourceOf } from "../../rule.ts";
import { indentOf, isInBlock, isLoop } from "../loops.ts";
import {
  bindingsIn,
  changedMembers,
  changesOf,
  FUNCTION,
  functionAround,
  isBinding,
  mentions,
  methodCall,
  rootOf,
  unwrapped,
  wrapping,
} from "./changes.ts";
import { CALLS_BACK, isFresh, pureFunctions, READS } from "./pure.ts";

/** The outermost statement within its function that repeats a node, before which there is room and throughout which `isSame` holds. */
export function repeating(
  source: Source,
  node: SyntaxNode,
  isSame: (region: SyntaxNode) => boolean,
): SyntaxNode | undefined {
  let region: SyntaxNode | undefined;
  let isRepeated = false;
  for (const up of ancestors(node)) {
    if (isLoop(up)) isRepeated = true;
    else if (FUNCTION.test(up.type)) {
      if (!isCallback(source, up)) break;
      isRepeated = true;
    }
    if (!isRepeated || !/statement|declaration/.test(up.type) || !isInBlock(up) || indentOf(source, up) === undefined)
      continue;
    if (!isSame(up)) break;
    region = up;
  }
  return region;
}

/** `(x) => …` of `xs.map((x) => …)` */
export function isCallback(source: Source, node: SyntaxNode): boolean {
  const call = node.parent?.type === "arguments" ? node.parent.parent : null;
  const method = call == null ? undefined : methodCall(source, call)?.method;
  return method !== undefined && CALLS_BACK.test(method);
}

/** Whether nothing in a region seems to change a list or to give its name to another one. */
export function staysIn(source: Source, region: SyntaxNode, list: SyntaxNode): boolean {
  const { root } = rootOf(source, list);
  if (!/^(?:identifier|this)$/.test(root.type)) return false;
  const members = propertiesOf(source, list);
  if (members.some((name) => changedMembers(source).has(name))) return false;
  if ([...walk(region)].some(({ type }) => /^(?:await_expression|yield_expression)$/.test(type))) return false;
  const name = sourceOf(source, root);
  if (root.type === "this") return true;
  return !isBoundIn(source, region, name) && !isChangedFor(source, region, name) && !isHandedOut(source, region, name);
}

export function propertiesOf(source: Source, place: SyntaxNode): readonly string[] {
  const names: string[] = [];
  for (let at = unwrapped(place); at.type === "member_expression"; at = unwrapped(childOf(at, "object") ?? at)) {
    const name = childOf(at, "property");
    if (name !== undefined) names.push(sourceOf(source, name));
    if (childOf(at, "object") === undefined) break;
  }
  return names;
}

const isBoundIn = (source: Source, region: SyntaxNode, name: string): boolean =>
  mentions(source, name).some((one) => isWithin(one, region) && isBinding(one));

export const isWithin = ({ start }: SyntaxNode, region: SyntaxNode): boolean =>
  region.start <= start && start < region.end;

/** In the region itself, or by a function that may be called in it. */
const isChangedFor = (source: Source, region: SyntaxNode, name: string): boolean =>
  changesOf(source).some(({ root }) => {
    if (root.type !== "identifier" || sourceOf(source, root) !== name) return false;
    if (isWithin(root, region)) return true;
    const around = functionAround(source, root);
    return (
      around.parent !== null &&
      around !== functionAround(source, region) &&
      !bindingsIn(source, around).has(name) &&
      !isWithin(region, around)
    );
  });

/** Whether a function that is not known to leave it alone gets it. */
const isHandedOut = (source: Source, region: SyntaxNode, name: string): boolean =>
  mentions(source, name).some((one) => {
    if (!isWithin(one, region) || one.parent?.type !== "arguments" || one.parent.parent === null) return false;
    const call = one.parent.parent;
    const callee = callParts(call)?.callee;
    if (callee === undefined) return false;
    const method = methodCall(source, call)?.method;
    return method === undefined
      ? !pureFunctions(source).has(sourceOf(source, callee))
      : !READS.test(method) && !/^(?:from|keys|values|entries|stringify|log|max|min)$/.test(method);
  });

/** Whether a region, or a function that may be called in it, gives a member of this name another value; a constructor does so before. */
export const setsMember = (source: Source, region: SyntaxNode, names: readonly string[]): boolean =>
  changesOf(source).some(({ place }) => {
    if (!propertiesOf(source, place).some((name) => names.includes(name))) return false;
    const around = functionAround(source, place);
    const isBefore = around === functionAround(source, region) && !isWithin(place, region);
    return !isBefore && sourceOf(source, childOf(around, "name") ?? place) !== "constructor";
  });

/** Whether something is a list by its type, by what it is given, or by what is done with it: texts have `includes` too. */
export function isList(source: Source, place: SyntaxNode): boolean {
  const inner = unwrapped(place);
  if (inner.type !== "identifier") return false;
  const name = sourceOf(source, inner);
  const around = functionAround(source, inner);
  // The nearest function that declares it.
  const scope = [around, ...ancestors(around)].find(
    (up) => (FUNCTION.test(up.type) || up.parent === null) && bindingsIn(source, up).has(name),
  );
  const own = mentions(source, name).filter((one) => scope !== undefined && isWithin(one, scope));
  const declared = own.filter(isBinding);
  if (declared.length !== 1) return false;
  const holder = declared[0]?.parent;
  const type = holder == null ? undefined : childOf(holder, "type");
  if (type !== undefined)
    return /^:\s*(?:(?:readonly\s+)?[^|&=]*\[\]|(?:Readonly)?Array<.*>)$/s.test(sourceOf(source, type));
  const value = holder?.type === "variable_declarator" ? childOf(holder, "value") : undefined;
  if (value !== undefined && isListMade(source, value)) return true;
  return own.some((one) => {
    const method =
      one.field === "object" && one.parent !== null && one.parent.parent?.type === "call_expression"
        ? methodCall(source, one.parent.parent)?.method
        : undefined;
    return (
      method !== undefined &&
      /^(?:push|map|filter|forEach|some|every|find|findIndex|reduce|sort|join|unshift|flatMap)$/.test(method)
    );
  });
}

const isListMade = (source: Source, value: SyntaxNode): boolean => {
  const inner = unwrapped(value);
  if (inner.type === "array") return true;
  const method = methodCall(source, inner)?.method ?? "";
  return (
    isFresh(source, inner) &&
    /^(?:filter|flat|flatMap|from|map|split|toReversed|toSorted|of|sort|reverse)$/.test(method)
  );
};

/** What a call of a function that is written in it gives, where that is one expression. */
export function resultOf(callback: SyntaxNode): SyntaxNode | undefined {
  const body = childOf(callback, "body");
  if (body?.type !== "statement_block") return body;
  const [only, ...others] = namedChildren(body);
  return only?.type === "return_statement" && others.length === 0 ? namedChildren(only)[0] : undefined;
}

const words = remember((source: Source): ReadonlySet<string> => new Set(source.text.match(/[\p{L}\p{N}_$]+/gu)));

/** A name that nothing in the file has, after a list and what it is looked up by: `ordersByCustomerId`. */
export function nameAfter(source: Source, list: SyntaxNode, ending: string, taken: Set<string> = new Set()): string {
  const parts = sourceOf(source, list).match(/[\p{L}\p{N}_$]+/gu) ?? [];
  const stem = parts.at(-1) ?? "list";
  for (let n = 1; ; n++) {
    const name = `${stem}${ending}${n === 1 ? "" : n}`;
    if (words(source).has(name) || taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

/** Whether a copy of a list is only gone through, or asked by a method that reads, while nothing changes the list itself. */
export function isForReading(source: Source, copy: SyntaxNode): boolean {
  const whole = wrapping(copy);
  const { parent } = whole;
  const list =
    copy.type === "array"
      ? namedChildren(copy)[0]?.children.at(-1)
      : (methodCall(source, copy)?.values[0] ?? methodCall(source, copy)?.object);
  if (parent === null || list === undefined) return false;
  if (parent.type === "for_in_statement" && whole.field === "right") return staysIn(source, parent, list);
  const call = parent.field === "function" && whole.field === "object" ? parent.parent : null;
  const method = call === null ? undefined : methodCall(source, call)?.method;
  return (
    call !== null && method !== undefined && READS.test(method) && isList(source, list) && staysIn(source, call, list)
  );
}

/** A line that makes something before a region, and what uses it in the place of a node. */
export interface Table {
  readonly table: string;
  readonly node: SyntaxNode;
  readonly text: string;
  readonly description: string;
}

export const beforeRegion = (
  source: Source,
  region: SyntaxNode,
  { table, node, text, description }: Table,
): Rewrite => ({
  description,
  at: node.start,
  replacements: [
    { start: region.start, end: region.start, text: `${table}${lineBreakOf(source)}${indentOf(source, region)}` },
    { start: node.start, end: node.end, text },
  ],
});
