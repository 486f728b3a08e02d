/**
 * A scan for what has a given key (`[o for o in orders if o.customer == c]`), done again in every round of a loop, reads a table that is
 * made once before the loop. The condition stays where it is, so what the table gives is still asked about.
 */
import { childOf, namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { brief, callParts, isPython, lineBreakOf, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { isFixedIn } from "./fixed.ts";
import { freeName, isPure, namesWithin, scopeOf } from "./scopes.ts";
import { loopsAround, placeBefore } from "./places.ts";

export const indexByKey: Rule = {
  name: "index-by-key",
  weight: 1.5,
  find: (source) => (isPython(source) ? source.nodes.flatMap((node) => indexed(source, node)) : []),
};

/** What is gone through, under which names, and the parts of the condition that all have to hold. */
interface Scan {
  readonly node: SyntaxNode;
  readonly left: SyntaxNode;
  readonly right: SyntaxNode;
  readonly conditions: readonly SyntaxNode[];
}

function indexed(source: Source, node: SyntaxNode): Rewrite[] {
  const scan = scanAt(source, node);
  if (scan === undefined || !/^(?:identifier|pattern_list|tuple_pattern)$/.test(scan.left.type)) return [];
  const keyed = scan.conditions.map((one) => keyOf(source, scan, one)).find((one) => one !== undefined);
  if (keyed === undefined || !isPure(source, scan.right)) return [];
  const parts = [scan.right, keyed.key];
  const loops = loopsAround(scan.node);
  const isFixed = loops.map((loop) => isFixedIn(source, loop, { parts, except: scan.left }));
  const end = isFixed.indexOf(false);
  const outer = loops[(end < 0 ? loops.length : end) - 1];
  const place = outer === undefined ? undefined : placeBefore(source, outer);
  if (place !== undefined) return [tabled(source, scan, { ...keyed, ...place })];
  return outer === undefined ? kept(source, scan, keyed) : [];
}

/** Of a list that grows while the loop runs: what is new in it enters the table before it is read. */
function kept(source: Source, scan: Scan, keyed: Keyed): Rewrite[] {
  const parts = [scan.right, keyed.key];
  const loops = loopsAround(scan.node);
  const end = loops.findIndex(
    (one) =>
      !/^(?:for|while)_/.test(one.type) || !isFixedIn(source, one, { parts, except: scan.left, growing: scan.right }),
  );
  const outer = loops[(end < 0 ? loops.length : end) - 1];
  const owner = scan.node.type === "for_statement" ? scan.node : (scan.node.parent ?? scan.node);
  const [place, here] = [outer === undefined ? undefined : placeBefore(source, outer), placeBefore(source, owner)];
  const isPlain = /^(?:identifier|attribute)$/.test(scan.right.type);
  // One that grows while it is gone through is another matter.
  return place === undefined || here === undefined || !isPlain || growsWithin(source, owner, scan.right)
    ? []
    : [tabled(source, scan, { ...keyed, ...place, here })];
}

const growsWithin = (source: Source, owner: SyntaxNode, list: SyntaxNode): boolean =>
  [...walk(owner)].some((node) => {
    const object = node.type === "attribute" && node.field === "function" ? childOf(node, "object") : undefined;
    return object !== undefined && sourceOf(source, object) === sourceOf(source, list);
  });

/** A clause of a comprehension with an `if`, one in `any`, `all` or `sum`, or a loop that is nothing but an `if`. */
export function scanAt(source: Source, node: SyntaxNode): Scan | undefined {
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  if (left === undefined || right === undefined) return undefined;
  const condition = node.type === "for_in_clause" ? filterOf(source, node) : onlyIf(node);
  return condition === undefined ? undefined : { node, left, right, conditions: joined(condition) };
}

function filterOf(source: Source, clause: SyntaxNode): SyntaxNode | undefined {
  const parts = namedChildren(clause.parent ?? clause);
  const next = parts[parts.indexOf(clause) + 1];
  if (next?.type === "if_clause") return namedChildren(next)[0];
  const call = clause.parent?.type === "generator_expression" ? clause.parent.parent : null;
  const name = call === null || call === undefined ? "" : sourceOf(source, childOf(call, "function") ?? call);
  return next === undefined && /^(?:any|sum)$/.test(name) ? childOf(clause.parent as SyntaxNode, "body") : undefined;
}

function onlyIf(loop: SyntaxNode): SyntaxNode | undefined {
  const body = loop.type === "for_statement" ? childOf(loop, "body") : undefined;
  const [only, ...others] = body === undefined ? [] : namedChildren(body);
  const isOnly = only?.type === "if_statement" && others.length === 0 && childOf(only, "alternative") === undefined;
  return isOnly ? childOf(only, "condition") : undefined;
}

/** The sides of `and`, from the first on. */
function joined(condition: SyntaxNode): readonly SyntaxNode[] {
  if (condition.type !== "boolean_operator" || !condition.children.some(({ type }) => type === "and"))
    return [condition];
  return namedChildren(condition).flatMap((one) => joined(one));
}

interface Keyed {
  /** Of what is gone through. */
  readonly key: SyntaxNode;
  /** What is looked for. */
  readonly wanted: SyntaxNode;
}

export function keyOf(source: Source, { left }: Scan, condition: SyntaxNode): Keyed | undefined {
  const [a, sign, b, ...others] = condition.type === "comparison_operator" ? condition.children : [];
  if (a === undefined || b === undefined || sign?.type !== "==" || others.length > 0) return undefined;
  const bound = new Set([...namesWithin(left)].map((one) => sourceOf(source, one)));
  const isAbout = (side: SyntaxNode) => [...namesWithin(side)].some((one) => bound.has(sourceOf(source, one)));
  if (isAbout(a) === isAbout(b) || !isPure(source, a) || !isPure(source, b)) return undefined;
  const [key, wanted] = isAbout(a) ? [a, b] : [b, a];
  // One that is asked for is the same in all rounds: there is nothing to tell apart.
  return /^(?:integer|float|string|true|false|none)$/.test(wanted.type) ? undefined : { key, wanted };
}

interface Place {
  readonly start: number;
  readonly indent: string;
}

function tabled(
  source: Source,
  scan: Scan,
  { key, wanted, start, indent, here }: Keyed & Place & { readonly here?: Place },
): Rewrite {
  const list = sourceOf(source, scan.right);
  const rows = brief(lastName(source, scan.right));
  const name = freeName(source, `${rows}_by_${lastName(source, key)}`);
  const count = freeName(source, `${rows}_known`);
  const as = renamed(source, scan);
  const target = as(scan.left);
  const item = scan.left.type === "pattern_list" ? `(${target})` : target;
  const fill = (some: string) => [
    `for ${target} in ${some}:`,
    `${indent.includes("\t") ? "\t" : "    "}${name}.setdefault(${as(key)}, []).append(${item})`,
  ];
  const before = (place: Place, lines: readonly string[]) => ({
    start: place.start,
    end: place.start,
    text: lines.map((line) => `${line}${lineBreakOf(source)}${place.indent}`).join(""),
  });
  const made =
    here === undefined
      ? [before({ start, indent }, [`${name} = {}`, ...fill(list)])]
      : [
          before({ start, indent }, [`${name}, ${count} = {}, 0`]),
          before(here, [...fill(`${list}[${count}:]`), `${count} = len(${list})`]),
        ];
  const what = brief(`${sourceOf(source, key)} == ${sourceOf(source, wanted)}`);
  return {
    description: `look up ${what} in a table ${here === undefined ? "made before the loop" : "that grows with the list"}`,
    at: start,
    replacements: [
      ...made,
      { start: scan.right.start, end: scan.right.end, text: `${name}.get(${sourceOf(source, wanted)}, ())` },
    ],
  };
}

/** The source of a node, where names of the scan that its function has elsewhere are others. */
function renamed(source: Source, { node, left }: Scan): (part: SyntaxNode) => string {
  const owner = node.type === "for_in_clause" ? (node.parent ?? node) : node;
  const elsewhere = new Set(
    [...namesWithin(scopeOf(node))]
      .filter(({ start }) => start < owner.start || owner.end <= start)
      .map((one) => sourceOf(source, one)),
  );
  const names = new Map(
    [...namesWithin(left)]
      .map((one) => sourceOf(source, one))
      .filter((one) => elsewhere.has(one))
      .map((one): [string, string] => [one, freeName(source, `each_${one}`)]),
  );
  return (part) => {
    let [code, at] = ["", part.start];
    for (const one of namesWithin(part)) {
      const other = names.get(sourceOf(source, one));
      if (other === undefined) continue;
      code += source.text.slice(at, one.start) + other;
      at = one.end;
    }
    return code + source.text.slice(at, part.end);
  };
}

/** What an expression is mostly about, for a name: `orders` of `self.orders`, `month` of `sale.month()`. */
function lastName(source: Source, node: SyntaxNode): string {
  const parts = callParts(node);
  if (parts !== null) {
    const [first] = parts.values;
    return /^(?:enumerate|range|zip|sorted|len)$/.test(sourceOf(source, parts.callee)) && first !== undefined
      ? lastName(source, first)
      : lastName(source, parts.callee);
  }
  if (node.type === "subscript") {
    const key = childOf(node, "subscript");
    const word = key?.type === "string" ? /\w+/.exec(sourceOf(source, key))?.[0] : undefined;
    return word ?? lastName(source, childOf(node, "value") ?? node);
  }
  const names = [...walk(node)].filter(({ type }) => type === "identifier");
  const last = node.type === "attribute" ? names.at(-1) : names[0];
  return last === undefined ? "rows" : sourceOf(source, last);
}
