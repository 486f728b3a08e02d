/**
 * A table of a list that a function is given again and again: kept with the list, which must not change from then on. List and keys are frozen,
 * so that a change of them throws.
 */
import { childOf, namedChildren, type SyntaxNode } from "../../../../syntax/tree.ts";
import { brief, lineBreakOf, type Rewrite, type Source, sourceOf } from "../../rule.ts";
import { callOften, isStrict, placeFor } from "./often.ts";
import { changedMembers, changesOf, functionAround, mentions } from "./changes.ts";
import { isLeftAlone, isMadeAnew, outermost } from "./handed-over.ts";
import { isExported } from "./results.ts";
import { topNames } from "./pure.ts";

interface Wanted {
  /** The search. */
  readonly node: SyntaxNode;
  readonly list: SyntaxNode;
  /** Name of the one member that elements are looked up by; empty for others. */
  readonly member: string;
  readonly name: string;
  /** What takes the list's place. */
  readonly text: (table: string) => string;
}

export function keptWithList(source: Source, { node, list, member, name, text }: Wanted): Rewrite[] {
  const around = functionAround(source, node);
  const top = outermost(around);
  const called = topNames(source).get(top);
  if (
    called === undefined ||
    isExported(source, called) ||
    list.type !== "identifier" ||
    member === "" ||
    !isStrict(source)
  )
    return [];
  const place = parameterPlace(source, top, sourceOf(source, list));
  if (place < 0 || changedMembers(source).has(member) || !callOften(source, called)) return [];
  if (
    !isLeftAlone(source, called, place) ||
    isMadeAnew(source, called, place) ||
    isChanged(source, top, sourceOf(source, list))
  )
    return [];
  const isTyped = source.language !== "javascript";
  const helper = isTyped ? TABLE.replace(/[⟨⟩]/g, "") : TABLE.replace(/⟨[^⟩]*⟩/g, "");
  const eol = lineBreakOf(source);
  const isThere = source.text.includes(helper.replaceAll("\n", eol));
  if (!isThere && mentions(source, "tableBy").length > 0) return [];
  const end = source.text.length;
  const start = placeFor(source, statementOf(top));
  return [
    {
      description: `keep ${brief(sourceOf(source, list))} by ${member} with the list`,
      at: node.start,
      replacements: [
        { start, end: start, text: `const ${name} = tableBy("${member}");${eol}${eol}` },
        { start: list.start, end: list.end, text: text(`${name}(${sourceOf(source, list)})`) },
        ...(isThere
          ? []
          : [
              {
                start: end,
                end,
                text: `${source.text.endsWith("\n") ? "" : eol}${eol}${helper.replaceAll("\n", eol)}`,
              },
            ]),
      ],
    },
  ];
}

function statementOf(node: SyntaxNode): SyntaxNode {
  let whole = node;
  while (whole.parent !== null && whole.parent.parent !== null) whole = whole.parent;
  return whole;
}

function parameterPlace(source: Source, node: SyntaxNode, name: string): number {
  const list = childOf(node, "parameters");
  return list === undefined
    ? -1
    : namedChildren(list).findIndex((one) => sourceOf(source, childOf(one, "pattern") ?? one) === name);
}

const isChanged = (source: Source, top: SyntaxNode, name: string): boolean =>
  changesOf(source).some(
    ({ root }) => top.start <= root.start && root.start < top.end && sourceOf(source, root) === name,
  );

const TABLE = `/** The elements of a list by a member, sorted out once for each list. List and members are frozen, so that a later change of them throws. */
function tableBy⟨<Key extends string>⟩(key⟨: Key⟩) {
  const tables = new WeakMap⟨<object, unknown>⟩();
  return ⟨<Element extends Readonly<Record<Key, unknown>>>⟩(list⟨: readonly Element[]⟩)⟨: Map<unknown, Element[]>⟩ => {
    const known = tables.get(list);
    if (known !== undefined) return known⟨ as Map<unknown, Element[]>⟩;
    const table = Map.groupBy⟨<unknown, Element>⟩(list, (one) => one[key]);
    for (const one of list) {
      if (!Object.hasOwn(one, key)) throw new TypeError("expected each element to have " + key + " as a member of its own");
      Object.defineProperty(one, key, { writable: false });
    }
    tables.set(Object.freeze(list), table);
    return table;
  };
}
`;
