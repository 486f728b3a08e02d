/**
 * Functions at the top of a script that do nothing but give a value: what they change is what they made, what they read is what they are
 * given and what stays as it is, and all that they call is known to be so. What cannot be shown is not so.
 */
import { remember } from "../../../../core/remember.ts";
import { ancestors, childOf, namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { callParts, type Source, sourceOf } from "../../rule.ts";
import {
  bindingsIn,
  CHANGES,
  changesBelow,
  changesOf,
  FUNCTION,
  mentions,
  methodCall,
  rootOf,
  unwrapped,
} from "./changes.ts";

/** A function with a name, at the top of its file. */
export interface TopFunction {
  readonly name: SyntaxNode;
  /** The declaration or the arrow. */
  readonly node: SyntaxNode;
}

/** Those with one definition, by name. */
export const topFunctions = remember((source: Source): ReadonlyMap<string, TopFunction> => {
  const all = source.nodes.flatMap((node): TopFunction[] => {
    const name = FUNCTION.test(node.type) ? (childOf(node, "name") ?? nameOfValue(node)) : undefined;
    const isSignature = node.type === "function_signature";
    const named = isSignature ? childOf(node, "name") : name;
    return named === undefined || !isAtTop(named) ? [] : [{ name: named, node }];
  });
  const groups = Map.groupBy(all, ({ name }) => sourceOf(source, name));
  return new Map(
    [...groups].flatMap(([name, some]) => (some.length === 1 ? [[name, some[0] as TopFunction] as const] : [])),
  );
});

const nameOfValue = (node: SyntaxNode): SyntaxNode | undefined =>
  node.field === "value" && node.parent?.type === "variable_declarator" ? childOf(node.parent, "name") : undefined;

/** Their names, by the function. */
export const topNames = remember(
  (source: Source): ReadonlyMap<SyntaxNode, string> =>
    new Map([...topFunctions(source)].map(([name, { node }]) => [node, name])),
);

/** Of a declaration of the file itself, exported or not. */
export function isAtTop(name: SyntaxNode): boolean {
  const above = [...ancestors(name)].filter(({ type }) => !/^(?:export_statement|variable_declarator)$/.test(type));
  return (
    above.length === 2 && /^(?:function_declaration|function_signature|lexical_declaration)$/.test(above[0]?.type ?? "")
  );
}

/** The functions that are so, by name. Of what calls itself or each other it is believed until something speaks against it. */
export const pureFunctions = remember((source: Source): ReadonlyMap<string, TopFunction> => {
  const all = topFunctions(source);
  const needs = new Map<string, ReadonlySet<string>>();
  for (const [name, { node }] of all) {
    const asked = new Set<string>();
    const pure = { has: (other: string) => all.has(other) && asked.add(other).size > 0 };
    if (isPure(source, node, pure)) needs.set(name, asked);
  }
  for (let before = -1; before !== needs.size;) {
    before = needs.size;
    for (const [name, others] of needs) if (![...others].every((other) => needs.has(other))) needs.delete(name);
  }
  return new Map([...all].filter(([name]) => needs.has(name)));
});

interface Scope {
  readonly source: Source;
  readonly own: ReadonlySet<string>;
  readonly pure: { has(name: string): boolean };
  /** Its variables that hold what it made itself, and how deep all of it is so. */
  readonly made: ReadonlyMap<string, number>;
}

function isPure(source: Source, node: SyntaxNode, pure: Scope["pure"]): boolean {
  const code = sourceOf(source, node);
  if (/^(?:async|function\s*\*)/.test(code) || /\barguments\b/.test(code)) return false;
  const scope = { source, own: bindingsIn(source, node), pure, made: madeIn(source, node) };
  for (const { root, depth } of changesBelow(source, node)) if (!isOwnChange(scope, root, depth)) return false;
  for (const inner of walk(node)) if (!isHarmless(scope, inner)) return false;
  return true;
}

function isOwnChange({ source, own, made }: Scope, root: SyntaxNode, depth: number): boolean {
  if (root.type !== "identifier") return depth === 1 && isFresh(source, root);
  const name = sourceOf(source, root);
  return depth === 0 ? own.has(name) : depth <= (made.get(name) ?? 0);
}

const REFUSED =
  /^(?:await_expression|yield_expression|this|super|class|class_declaration|import|meta_property|debugger_statement|with_statement|internal_module|private_property_identifier)$/;

function isHarmless(scope: Scope, node: SyntaxNode): boolean {
  const { source, own } = scope;
  if (REFUSED.test(node.type)) return false;
  if (node.type === "call_expression") return isKnownCall(scope, node);
  if (node.type === "new_expression") {
    const made = sourceOf(source, childOf(node, "constructor") ?? node);
    return made === "Date"
      ? namedChildren(childOf(node, "arguments") ?? node).length > 0 && childOf(node, "arguments") !== undefined
      : MAKES.test(made);
  }
  if (!/^(?:identifier|shorthand_property_identifier)$/.test(node.type)) return true;
  const name = sourceOf(source, node);
  return own.has(name) || isKnown(scope, name);
}

/** Constructors whose objects are what their arguments say. */
const MAKES =
  /^(?:Map|Set|WeakMap|WeakSet|Array|RegExp|(?:Type|Range|Syntax|Reference)?Error|(?:Ui|I)nt(?:8|16|32)Array|Uint8ClampedArray|Float(?:32|64)Array|Big(?:Ui|I)nt64Array)$/;
const GLOBALS =
  /^(?:Math|Object|JSON|Number|String|Boolean|BigInt|Array|Date|Map|Set|parseInt|parseFloat|isNaN|isFinite|undefined|NaN|Infinity|encodeURIComponent|decodeURIComponent|structuredClone)$/;
/** What has effects, or gives another value each time. */
const NOT_SO = /^(?:Math\.random|Date\.now|Object\.(?:assign|define\w+|freeze|seal|setPrototypeOf|preventExtensions))$/;
/** Methods of texts, numbers, lists, maps and patterns that only read. */
export const READS =
  /^(?:at|charAt|charCodeAt|codePointAt|concat|endsWith|entries|every|exec|filter|find|findIndex|findLast|findLastIndex|flat|flatMap|forEach|get|has|hasOwnProperty|includes|indexOf|join|keys|lastIndexOf|localeCompare|map|match|matchAll|normalize|padEnd|padStart|reduce|reduceRight|repeat|replace|replaceAll|search|slice|some|split|startsWith|substring|substr|test|toFixed|toLocaleLowerCase|toLocaleUpperCase|toLowerCase|toPrecision|toReversed|toSorted|toSpliced|toString|toUpperCase|trim|trimEnd|trimStart|valueOf|values|with|getTime|getFullYear|getMonth|getDate|getDay|getHours|getMinutes|getSeconds|getUTC\w+|toISOString|union|intersection|difference)$/;
/** Of these the ones that call what they are given. */
export const CALLS_BACK =
  /^(?:every|filter|find\w*|flatMap|forEach|map|reduce\w*|some|sort|toSorted|from|replace(?:All)?|groupBy)$/;

function isKnownCall(scope: Scope, node: SyntaxNode): boolean {
  const { source, own, pure } = scope;
  const parts = callParts(node);
  if (parts === null) return false;
  const callee = unwrapped(parts.callee);
  if (callee.type === "identifier") {
    const name = sourceOf(source, callee);
    return own.has(name)
      ? isOwnFunction(source, node, name)
      : pure.has(name) || (GLOBALS.test(name) && name !== "Date");
  }
  const call = methodCall(source, node);
  if (call === undefined) return false;
  const { object, method, values } = call;
  const areKnown = !CALLS_BACK.test(method) || values.every((value) => isNoUnknownFunction(scope, value));
  const isNamespace = object.type === "identifier" && GLOBALS.test(sourceOf(source, object));
  if (isNamespace) return areKnown && !NOT_SO.test(sourceOf(source, callee));
  if (/^(?:test|exec)$/.test(method)) return areKnown && isOwnPattern(scope, object);
  // What changes its object has been looked at.
  return areKnown && (READS.test(method) || CHANGES.test(method));
}

/** A variable of the function that holds another function of it. */
const isOwnFunction = (source: Source, within: SyntaxNode, name: string): boolean => {
  const named = mentions(source, name).filter(({ field }) => field === "name");
  const top = [...ancestors(within)].filter(({ type }) => FUNCTION.test(type)).at(-1);
  const own = named.filter(({ start }) => top !== undefined && top.start <= start && start < top.end);
  return (
    own.length === 1 &&
    own.every(
      ({ parent }) =>
        parent !== null &&
        FUNCTION.test((parent.type === "variable_declarator" ? childOf(parent, "value") : parent)?.type ?? ""),
    )
  );
};

/** A function written here, one that is known, or what is no function by its looks. */
function isNoUnknownFunction({ source, own, pure }: Scope, value: SyntaxNode): boolean {
  const inner = unwrapped(value);
  if (inner.type === "member_expression") return false;
  if (inner.type !== "identifier") return true;
  const name = sourceOf(source, inner);
  return own.has(name)
    ? isOwnFunction(source, value, name)
    : pure.has(name) || /^(?:Number|String|Boolean|parseFloat|isNaN)$/.test(name);
}

/** A pattern that does not remember where it was: one that is written in the function, or a constant one without g and y. */
function isOwnPattern({ source, own }: Scope, object: SyntaxNode): boolean {
  const inner = unwrapped(object);
  if (inner.type === "regex") return true;
  if (inner.type !== "identifier") return false;
  const named = mentions(source, sourceOf(source, inner)).filter(({ field }) => field === "name");
  const values = named.map(({ parent }) => (parent === null ? undefined : childOf(parent, "value")));
  const isPattern = values.length === 1 && values[0]?.type === "regex";
  return (
    isPattern && (own.has(sourceOf(source, inner)) || !/\/\w*[gy]\w*$/.test(sourceOf(source, values[0] as SyntaxNode)))
  );
}

/** A function that is so, what JavaScript brings, or a constant of the file that nothing in it changes. */
function isKnown({ source, pure }: Scope, name: string): boolean {
  return pure.has(name) || GLOBALS.test(name) || MAKES.test(name) || constants(source).has(name);
}

/** Names of constants at the top of a file that nothing in it changes. */
export const constants = remember((source: Source): ReadonlySet<string> => {
  const declared = source.nodes.filter(
    (node) =>
      node.type === "variable_declarator" &&
      node.parent?.type === "lexical_declaration" &&
      sourceOf(source, node.parent).startsWith("const"),
  );
  const changed = new Set(changesOf(source).map(({ root }) => sourceOf(source, root)));
  return new Set(
    declared.flatMap((node) => {
      const [name, value] = [childOf(node, "name"), childOf(node, "value")];
      const isOne = name?.type === "identifier" && isAtTop(name) && value !== undefined;
      if (!isOne || FUNCTION.test(value.type)) return [];
      const text = sourceOf(source, name);
      return changed.has(text) || !(isPlain(source, value) || isOnlyRead(source, text)) ? [] : [text];
    }),
  );
});

/** A number, a text, a pattern: nothing to change, whoever has it. */
const isPlain = (source: Source, value: SyntaxNode): boolean =>
  /^(?:number|string|regex|true|false|template_string|binary_expression|unary_expression)$/.test(value.type) ||
  /^new (?:Intl\.\w+|RegExp)\(/.test(sourceOf(source, value));

/** Whether a constant is only looked into: what is handed on as a whole might be changed elsewhere. */
const isOnlyRead = (source: Source, name: string): boolean =>
  mentions(source, name).every(({ parent, field }) => {
    if (parent === null || field === "name") return true;
    // The argument of `new Set`, which only reads it.
    if (parent.type === "arguments")
      return (
        parent.parent?.type === "new_expression" &&
        MAKES.test(sourceOf(source, childOf(parent.parent, "constructor") ?? parent))
      );
    if (/^(?:member_expression|subscript_expression|spread_element)$/.test(parent.type)) return true;
    if (parent.type === "non_null_expression") return true;
    return parent.type === "for_in_statement" || (parent.type === "binary_expression" && field === "right");
  });

/** What makes something new. */
export const isFresh = (source: Source, value: SyntaxNode): boolean => {
  const inner = unwrapped(value);
  if (/^(?:array|object|new_expression|regex)$/.test(inner.type)) return true;
  const call = methodCall(source, inner);
  if (call === undefined) return false;
  return (
    /^(?:concat|filter|flat|flatMap|from|map|slice|split|toReversed|toSorted|toSpliced|keys|values|entries|fromEntries|of|match)$/.test(
      call.method,
    ) ||
    (/^(?:fill|sort|reverse)$/.test(call.method) && isFresh(source, call.object))
  );
};

/** How deep what a function's variables hold was made by it: 1 where only they are, 2 where all that was put into them is so too. */
function madeIn(source: Source, top: SyntaxNode): ReadonlyMap<string, number> {
  const given = new Map<string, SyntaxNode[]>();
  const put = new Map<string, SyntaxNode[]>();
  const note = (into: Map<string, SyntaxNode[]>, name: SyntaxNode, ...values: readonly SyntaxNode[]) =>
    into.set(sourceOf(source, name), [...(into.get(sourceOf(source, name)) ?? []), ...values]);
  const parameters = new Set<string>();
  for (const node of walk(top)) {
    const [name, value] = [childOf(node, "name"), childOf(node, "value")];
    if (node.type === "variable_declarator" && name?.type === "identifier" && value !== undefined)
      note(given, name, value);
    else if (node.field === "parameters" || node.field === "parameter" || /^for_in|catch/.test(node.type))
      for (const one of bindingsIn(source, node.type.startsWith("for_in") ? (childOf(node, "left") ?? node) : node))
        parameters.add(one);
    const [left, right] = [childOf(node, "left"), childOf(node, "right")];
    if (node.type === "assignment_expression" && left !== undefined && right !== undefined) {
      const { root, depth } = rootOf(source, left);
      if (depth < 2) note(depth === 0 ? given : put, root, right);
    }
    const call = methodCall(source, node);
    if (call?.object.type === "identifier" && CHANGES.test(call.method))
      note(put, call.object, ...call.values.slice(call.method === "set" ? 1 : 0));
  }
  const isNew = (value: SyntaxNode) =>
    isFresh(source, value) || /^(?:number|string|template_string|binary_expression|true|false|null)$/.test(value.type);
  const names = [...given].filter(([name, values]) => !parameters.has(name) && values.every(isNew));
  return new Map(
    names.map(([name, values]) => [
      name,
      [...values.flatMap((value) => inside(source, value)), ...(put.get(name) ?? [])].every(isNew) ? 2 : 1,
    ]),
  );
}

/** What a new list or object holds from the start; of other calls itself, which may hold what is not new. */
function inside(source: Source, value: SyntaxNode): readonly SyntaxNode[] {
  const inner = unwrapped(value);
  if (inner.type === "array") return namedChildren(inner);
  if (inner.type === "object") return namedChildren(inner).map((one) => childOf(one, "value") ?? one);
  const list = childOf(inner, "arguments");
  const last = list === undefined ? undefined : namedChildren(list).at(-1);
  if (inner.type === "new_expression")
    return last === undefined || /^new Array\b/.test(sourceOf(source, inner)) ? [] : [last];
  // `Array.from({ length: n }, () => [])`, `xs.map(() => [])`
  return last?.type === "arrow_function" ? [childOf(last, "body") ?? last] : [inner.parent ?? inner];
}
