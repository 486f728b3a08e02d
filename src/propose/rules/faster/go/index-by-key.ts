/**
 * A scan of a slice of Go for what has a given key, done again in every round of a loop, reads a table of places by key. The slice may grow
 * meanwhile: what is new in it enters the table before it is read. The condition stays, so what the table gives is still asked about.
 */
import { childOf, namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { brief, lineBreakOf, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { changesIn, indentOf } from "../loops.ts";
import { growthIn } from "./growing.ts";
import { freeName, isGo, isInList, loopsAround } from "./scopes.ts";
import { elementTypeOf, memberType } from "./types.ts";

export const goIndexByKey: Rule = {
  name: "index-by-key",
  weight: 1.5,
  find: (source) => (isGo(source) ? source.nodes.flatMap((node) => indexed(source, node)) : []),
};

interface Scan {
  readonly loop: SyntaxNode;
  readonly clause: SyntaxNode;
  readonly list: SyntaxNode;
  /** Names of place and element; `_` or nothing where there is none. */
  readonly place: string;
  readonly element: string;
  readonly body: SyntaxNode;
  readonly conditions: readonly SyntaxNode[];
}

function indexed(source: Source, node: SyntaxNode): Rewrite[] {
  const scan = scanAt(source, node);
  if (scan === undefined) return [];
  const keyed = scan.conditions.map((one) => keyOf(source, scan, one)).find((one) => one !== undefined);
  const type = keyed === undefined ? undefined : keyType(source, scan, keyed.key);
  if (keyed === undefined || type === undefined) return [];
  const members = new Set(
    [...walk(keyed.key)].filter(({ type: kind }) => kind === "field_identifier").map((one) => sourceOf(source, one)),
  );
  const loops = loopsAround(node).filter(isInList);
  const growth = loops.map((loop) => growthIn(source, loop, { list: scan.list, members }));
  const end = growth.indexOf("no");
  const outer = loops[(end < 0 ? loops.length : end) - 1];
  return outer === undefined ? [] : [tabled(source, scan, { ...keyed, outer, type })];
}

/** `for _, x := range xs { if … { … } }`, or `for i := range xs`. */
function scanAt(source: Source, loop: SyntaxNode): Scan | undefined {
  const clause = loop.type === "for_statement" ? loop.children.find(({ type }) => type === "range_clause") : undefined;
  const [list, lefts, body] = [
    clause && childOf(clause, "right"),
    clause && childOf(clause, "left"),
    childOf(loop, "body"),
  ];
  if (clause === undefined || list === undefined || lefts === undefined || body === undefined || !isInList(loop))
    return undefined;
  if (!sourceOf(source, clause).includes(":=") || !/^[\w.]+$/.test(sourceOf(source, list))) return undefined;
  const statements = namedChildren(body).flatMap((one) => (one.type === "statement_list" ? namedChildren(one) : [one]));
  const [only, ...others] = statements;
  const isOnly = only?.type === "if_statement" && others.length === 0 && childOf(only, "alternative") === undefined;
  const condition = isOnly && childOf(only, "initializer") === undefined ? childOf(only, "condition") : undefined;
  const [place = "_", element = "_"] = namedChildren(lefts).map((one) => sourceOf(source, one));
  return condition === undefined
    ? undefined
    : { loop, clause, list, place, element, body, conditions: joined(condition) };
}

/** The sides of `&&`, from the first on. */
const joined = (condition: SyntaxNode): readonly SyntaxNode[] =>
  condition.type === "binary_expression" && condition.children[1]?.type === "&&"
    ? namedChildren(condition).flatMap(joined)
    : [condition];

interface Keyed {
  readonly key: SyntaxNode;
  readonly wanted: SyntaxNode;
}

function keyOf(source: Source, { place, element, loop }: Scan, condition: SyntaxNode): Keyed | undefined {
  const [a, sign, b] = condition.type === "binary_expression" ? condition.children : [];
  if (a === undefined || b === undefined || sign?.type !== "==") return undefined;
  const isAbout = (side: SyntaxNode) =>
    [...walk(side)].some(
      ({ type, start, end }) => type === "identifier" && [place, element].includes(source.text.slice(start, end)),
    );
  if (isAbout(a) === isAbout(b) || !isPlain(a) || !isPlain(b)) return undefined;
  const [key, wanted] = isAbout(a) ? [a, b] : [b, a];
  const { names, objects } = changesIn(source, loop);
  const isFixed = [...walk(wanted)].every(
    (one) => !names.has(sourceOf(source, one)) && !objects.has(sourceOf(source, one)),
  );
  return isFixed && /identifier|selector|index/.test(wanted.type) ? { key, wanted } : undefined;
}

/** Names, members, elements: nothing that is called. */
const isPlain = (node: SyntaxNode): boolean =>
  [...walk(node)].every(
    ({ type, named }) => !named || /identifier$|^(?:selector_expression|index_expression|int_literal)$/.test(type),
  );

const COMPARED = /^(?:string|u?int(?:8|16|32|64)?|byte|rune|bool)$/;

/** The type of a key that is an element, or a member of one. */
function keyType(source: Source, scan: Scan, key: SyntaxNode): string | undefined {
  const of = elementTypeOf(source, scan.list);
  const code = sourceOf(source, key);
  const items = [scan.element, `${sourceOf(source, scan.list)}[${scan.place}]`].filter((one) => one !== "_");
  const item = items.find((one) => code === one || code.startsWith(`${one}.`));
  if (of === undefined || item === undefined) return undefined;
  const member = code.slice(item.length + 1);
  const type = member === "" ? of : memberType(source, of, member);
  return type !== undefined && COMPARED.test(type) ? type : undefined;
}

function tabled(
  source: Source,
  scan: Scan,
  { key, wanted, outer, type }: Keyed & { readonly outer: SyntaxNode; readonly type: string },
): Rewrite {
  const list = sourceOf(source, scan.list);
  const rows = /\w+$/.exec(list)?.[0] ?? "rows";
  const last = /\w+$/.exec(sourceOf(source, key))?.[0] ?? "";
  const by = scan.element === last ? "Value" : last.charAt(0).toUpperCase() + last.slice(1);
  const table = freeName(source, `${rows}By${by}`);
  const count = freeName(source, `${rows}Known`);
  const place = scan.place === "_" ? freeName(source, "at") : scan.place;
  const [eol, before, within] = [lineBreakOf(source), indentOf(source, outer) ?? "", indentOf(source, scan.loop) ?? ""];
  const code = keyAt(source, scan, key, `${list}[${count}]`);
  const inner = `${within}\t`;
  const fill = [
    `for ; ${count} < len(${list}); ${count}++ {`,
    `\t${table}[${code}] = append(${table}[${code}], ${count})`,
    "}",
  ];
  const first = namedChildren(scan.body)[0]?.start ?? scan.body.end;
  return {
    description: `look up ${brief(`${sourceOf(source, key)} == ${sourceOf(source, wanted)}`)} in a table of places`,
    at: outer.start,
    replacements: [
      { start: outer.start, end: outer.start, text: `${table}, ${count} := map[${type}][]int{}, 0${eol}${before}` },
      { start: scan.loop.start, end: scan.loop.start, text: fill.map((line) => `${line}${eol}${within}`).join("") },
      { ...rangeOf(scan.clause), text: `_, ${place} := range ${table}[${sourceOf(source, wanted)}]` },
      ...(scan.element === "_"
        ? []
        : [{ start: first, end: first, text: `${scan.element} := ${list}[${place}]${eol}${inner}` }]),
    ],
  };
}

const rangeOf = ({ start, end }: SyntaxNode) => ({ start, end });

/** The key of the element at another place. */
function keyAt(source: Source, scan: Scan, key: SyntaxNode, element: string): string {
  const code = sourceOf(source, key);
  const own = `${sourceOf(source, scan.list)}[${scan.place}]`;
  return `${element}${code.slice((code.startsWith(own) ? own : scan.element).length)}`;
}
