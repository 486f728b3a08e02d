/**
 * A function of JavaScript or TypeScript that does nothing but give a value remembers what it gave, where it calls itself or is called again
 * and again. What it remembers is frozen where it is no number or text: a change of it, which would be a wrong answer later, throws.
 */
import { remember } from "../../../../core/remember.ts";
import { ancestors, childOf, namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { lineBreakOf, type Rewrite, type Source, sourceOf } from "../../rule.ts";
import { isLoop } from "../loops.ts";
import { changedMembers, mentions } from "../scripts/changes.ts";
import { pureFunctions, type TopFunction } from "../scripts/pure.ts";
import { isLeftAlone } from "../scripts/handed-over.ts";
import { callOften, isStrict, placeFor } from "../scripts/often.ts";
import { isOnlyRead } from "../scripts/results.ts";
import { helperFor } from "./remembering.ts";

export const rememberedInScript = (source: Source): readonly Rewrite[] =>
  [...pureFunctions(source)].flatMap(([name, one]) => {
    const parameters = plainParameters(source, one.node);
    const isAlready = source.text.includes(`(${name})`) && name.endsWith("Anew");
    return parameters !== undefined && !isAlready && isWorthIt(one) && callOften(source, name)
      ? remembered(source, one, parameters)
      : [];
  });

/** Its parameters, each a name; undefined where a wrapper could not hand them on, or where its type says more than a wrapper's. */
function plainParameters(source: Source, node: SyntaxNode): readonly SyntaxNode[] | undefined {
  const single = childOf(node, "parameter");
  const list = single === undefined ? namedChildren(childOf(node, "parameters") ?? node) : [single];
  const isPlain = (one: SyntaxNode) => {
    const name = childOf(one, "pattern") ?? one;
    return name.type === "identifier" && childOf(one, "value") === undefined;
  };
  const isTyped =
    childOf(node, "type_parameters") !== undefined || /^:\s*(?:asserts\b|[\w$]+\s+is\b)/.test(returnType(source, node));
  return list.length === 0 || list.length > MOST || isTyped || !list.every(isPlain) ? undefined : list;
}

const MOST = 4;

const returnType = (source: Source, node: SyntaxNode): string => {
  const type = childOf(node, "return_type");
  return type === undefined ? "" : sourceOf(source, type);
};

/** A loop, a call or a pattern in it: to look up what a sum came to takes longer than the sum. */
const isWorthIt = ({ node }: TopFunction): boolean =>
  [...walk(childOf(node, "body") ?? node)].some(
    (one) => isLoop(one) || /^(?:call_expression|new_expression|regex)$/.test(one.type),
  );

function remembered(source: Source, { name, node }: TopFunction, parameters: readonly SyntaxNode[]): Rewrite[] {
  const text = sourceOf(source, name);
  const types = parameters.map((one) => typeOf(source, one));
  const areKeys = types.every((type) => isPrimitive(source, type));
  const mayFreeze =
    isStrict(source) &&
    !types.some((type) => holdsWhatChanges(source, type)) &&
    types.every((type, i) => isPrimitive(source, type) || isLeftAlone(source, text, i)) &&
    !readsWhatChanges(source, node) &&
    isOnlyRead(source, text);
  // Objects that may change, or where a change of what is frozen would not throw.
  if (!mayFreeze && types.some((type) => type !== undefined && !isPrimitive(source, type))) return [];
  const given = returnType(source, node).replace(/^:\s*/, "");
  if (!mayFreeze && given !== "" && !isPrimitive(source, given)) return [];
  const isTyped = source.language !== "javascript";
  // The type of a function that calls itself has to be written.
  if (
    isTyped &&
    given === "" &&
    mentions(source, text).some((one) => one.field !== "name" && [...ancestors(one)].includes(node))
  )
    return [];
  const isSimple = areKeys && given !== "" && isPrimitive(source, given);
  const helper = helperFor({ isTyped, mayFreeze: mayFreeze && !isSimple });
  const isThere = source.text.includes(helper.text.replaceAll("\n", lineBreakOf(source)));
  // Another thing of the same name.
  if (!isThere && helper.names.some((one) => mentions(source, one).length > 0)) return [];
  return [placed(source, { name, node, text, use: helper.names[0], helper: isThere ? "" : helper.text })];
}

/** As it is written. */
const typeOf = (source: Source, parameter: SyntaxNode): string | undefined => {
  const type = childOf(parameter, "type");
  return type === undefined ? undefined : sourceOf(source, type).replace(/^:\s*/, "");
};

function isPrimitive(source: Source, type: string | undefined): boolean {
  if (type === undefined) return false;
  const isOne = (part: string) =>
    /^(?:string|number|boolean|bigint|null|undefined|true|false|-?\d[\d._]*|"[^"]*"|'[^']*')$/.test(part.trim());
  if (type.split("|").every(isOne)) return true;
  const alias = ownTypes(source).get(type);
  const value = alias === undefined ? undefined : childOf(alias, "value");
  return (
    value !== undefined &&
    sourceOf(source, value)
      .split("|")
      .every((part) => part.trim() === "" || isOne(part))
  );
}

/** Whether it, or what it calls, looks at members that the file changes somewhere. */
function readsWhatChanges(source: Source, node: SyntaxNode, seen: Set<SyntaxNode> = new Set()): boolean {
  if (seen.has(node)) return false;
  seen.add(node);
  const changed = changedMembers(source);
  const pure = pureFunctions(source);
  return [...walk(node)].some((one) => {
    if (
      one.type === "property_identifier" &&
      one.field === "property" &&
      !isMethodName(one) &&
      changed.has(sourceOf(source, one))
    )
      return true;
    const callee = one.type === "identifier" ? pure.get(sourceOf(source, one)) : undefined;
    return callee !== undefined && readsWhatChanges(source, callee.node, seen);
  });
}

/** Whether a type that the file declares has a member that the file changes: to freeze all of an object would forbid that. */
function holdsWhatChanges(source: Source, type: string | undefined): boolean {
  const words = type?.match(/[\p{L}\p{N}_$]+/gu) ?? [];
  const changed = changedMembers(source);
  return words
    .flatMap((word) => ownTypes(source).get(word) ?? [])
    .some((one) =>
      [...walk(one)].some((part) => part.type === "property_identifier" && changed.has(sourceOf(source, part))),
    );
}

/** Interfaces and aliases of the file, by name. */
const ownTypes = remember((source: Source): ReadonlyMap<string, SyntaxNode> => {
  const declared = source.nodes.filter(({ type }) => /^(?:interface|type_alias)_declaration$/.test(type));
  return new Map(declared.map((node) => [sourceOf(source, childOf(node, "name") ?? node), node]));
});

const isMethodName = ({ parent }: SyntaxNode): boolean => parent?.field === "function";

interface Place {
  readonly name: SyntaxNode;
  readonly node: SyntaxNode;
  readonly text: string;
  readonly use: string;
  readonly helper: string;
}

/** A declaration gets another name, and its own is that of the function that remembers; an arrow is handed over where it is. */
function placed(source: Source, { name, node, text, use, helper }: Place): Rewrite {
  const eol = lineBreakOf(source);
  const lines = (code: string) => code.replaceAll("\n", eol);
  const end = source.text.length;
  const atEnd = { start: end, end, text: lines(`${source.text.endsWith("\n") ? "" : "\n"}\n${helper}`) };
  const helping = helper === "" ? [] : [atEnd];
  const description = `remember what ${text} gave`;
  if (node.field === "value") {
    const before = { start: node.start, end: node.start, text: `${use}(` };
    const after = { start: node.end, end: node.end, text: ")" };
    return { description, at: node.start, replacements: [before, after, ...helping] };
  }
  const anew = freeName(source, text);
  const whole = node.parent?.type === "export_statement" ? node.parent : node;
  const start = placeFor(source, whole);
  const line = `${whole === node ? "" : "export "}const ${text} = ${use}(${anew});${eol}${eol}`;
  return {
    description,
    at: node.start,
    replacements: [
      { start, end: start, text: line },
      ...(whole === node ? [] : [{ start: whole.start, end: node.start, text: "" }]),
      { start: name.start, end: name.end, text: anew },
      ...helping,
    ],
  };
}

function freeName(source: Source, text: string): string {
  for (let n = 1; ; n++) {
    const name = `${text}Anew${n === 1 ? "" : n}`;
    if (!source.text.includes(name)) return name;
  }
}
