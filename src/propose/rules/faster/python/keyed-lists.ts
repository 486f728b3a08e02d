/**
 * A function of Python that goes through a list for the row with a given member, called again and again: the list is made as one that keeps a
 * table of its rows by that member. It is the same list to everything else, and what changes it otherwise than at its end makes the
 * table anew. Only for members that rows get when they are made and keep; the condition stays.
 */
import { remember } from "../../../../core/remember.ts";
import { childOf, namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { brief, callParts, isPython, lineBreakOf, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { keyOf, scanAt } from "./index-by-key.ts";
import { made, titleOf, valuesByTitle } from "./known-lists.ts";
import { IN_PLACE, isSetLater } from "./mutation.ts";
import { loopsAround } from "./places.ts";
import { definitionPlace, namesWithin, type Replacement, scopeOf } from "./scopes.ts";

export const keyedLists: Rule = {
  name: "keyed-lists",
  weight: 1.2,
  find: (source) => (isPython(source) ? source.nodes.flatMap((node) => keyed(source, node)) : []),
};

function keyed(source: Source, node: SyntaxNode): Rewrite[] {
  const scan = scanAt(source, node);
  // Within a loop a table of the loop's own does. A heap moves the elements of a list without asking it.
  if (scan?.left.type !== "identifier" || loopsAround(node).length > 0 || /\bheapq\b/.test(source.text)) return [];
  if (changesOn(source, node, scan.right)) return [];
  const found = scan.conditions.map((one) => keyOf(source, scan, one)).find((one) => one !== undefined);
  const member = found === undefined ? undefined : memberOf(source, found.key, scan.left);
  const lists = listsOf(source, scan.right);
  if (found === undefined || member === undefined || lists.length === 0 || isSetLater(source, member)) return [];
  const titles = [...new Set(lists.map((list) => titleOf(source, list)))];
  const values = titles.flatMap((title) => valuesByTitle(source).get(title) ?? []);
  const edits = values.map(({ value }) => ({ value, text: made(source, value, CLASS) }));
  if (edits.length === 0 || edits.some(({ text }) => text === undefined)) return [];
  const rows = sourceOf(source, scan.right);
  return [
    {
      description: `${brief(rows)} finds its rows by ${member}`,
      at: scopeOf(node).start,
      replacements: [
        ...defined(source),
        ...edits.map(({ value: { start, end }, text = "" }) => ({ start, end, text })),
        {
          start: scan.right.start,
          end: scan.right.end,
          text: `rows_having(${rows}, "${member}", ${sourceOf(source, found.wanted)})`,
        },
      ],
    },
  ];
}

/** Whether a scan changes what it goes through, and goes on. */
function changesOn(source: Source, node: SyntaxNode, list: SyntaxNode): boolean {
  const rows = sourceOf(source, list);
  const isChange = (inner: SyntaxNode) => {
    const callee = callParts(inner)?.callee;
    const [object, method] = callee === undefined ? [] : [childOf(callee, "object"), childOf(callee, "attribute")];
    if (inner.type === "delete_statement") return true;
    return (
      object !== undefined &&
      method !== undefined &&
      sourceOf(source, object) === rows &&
      IN_PLACE.test(sourceOf(source, method))
    );
  };
  const [only] = namedChildren(childOf(node, "body") ?? node);
  const last = only === undefined ? undefined : namedChildren(childOf(only, "consequence") ?? only).at(-1);
  return !/^(?:return|break)_statement$/.test(last?.type ?? "") && [...walk(node)].some(isChange);
}

/** `id` of `row.id`. */
function memberOf(source: Source, key: SyntaxNode, row: SyntaxNode): string | undefined {
  const [object, member] = key.type === "attribute" ? [childOf(key, "object"), childOf(key, "attribute")] : [];
  const isOfRow = object !== undefined && sourceOf(source, object) === sourceOf(source, row);
  return isOfRow && member !== undefined ? sourceOf(source, member) : undefined;
}

/** A member that holds the list, or what a parameter is given wherever the function is called. */
function listsOf(source: Source, list: SyntaxNode): readonly SyntaxNode[] {
  if (list.type === "attribute") return [list];
  const owner = scopeOf(list);
  const [name, parameters] = [childOf(owner, "name"), childOf(owner, "parameters")];
  if (list.type !== "identifier" || name === undefined || parameters === undefined) return [];
  const place = namedChildren(parameters).findIndex((one) => one === parameterOf(source, parameters, list));
  const calls = source.nodes.flatMap((node) => {
    const parts = node.type === "call" ? callParts(node) : null;
    return parts !== null && sourceOf(source, parts.callee) === sourceOf(source, name) ? [parts.values[place]] : [];
  });
  const given = calls.filter((one) => one !== undefined && /^(?:identifier|attribute)$/.test(one.type));
  return place < 0 || given.length < calls.length ? [] : given.flatMap((one) => one ?? []);
}

const parameterOf = (source: Source, parameters: SyntaxNode, list: SyntaxNode): SyntaxNode | undefined =>
  namedChildren(parameters).find((one) => {
    const [first] = namesWithin(one);
    return first !== undefined && sourceOf(source, first) === sourceOf(source, list);
  });

const CLASS = "KeyedList";

const defined = remember((source: Source): readonly Replacement[] => {
  if (source.text.includes(`class ${CLASS}(list):`)) return [];
  const start = definitionPlace(source);
  return [{ start, end: start, text: DEFINITION.replaceAll("\n", lineBreakOf(source)) }];
});

const DEFINITION = `class ${CLASS}(list):
    """A list that finds its rows by a member, as long as it only grows at its end."""

    _tables = None

    def having(self, name, wanted):
        if self._tables is None:
            self._tables = {}
        table, count = self._tables.pop(name, ({}, 0))
        for row in self[count:] if count < len(self) else ():
            table.setdefault(getattr(row, name), []).append(row)
        self._tables[name] = table, len(self)
        return table.get(wanted, ())

    def __reduce_ex__(self, protocol):
        return list, (list(self),)


def rows_having(rows, name, wanted):
    """Rows among which are all that have this member; all of them, where no table can tell."""
    try:
        return rows.having(name, wanted) if type(rows) is ${CLASS} else rows
    except (TypeError, AttributeError):
        return rows


def _making_anew(name):
    method = getattr(list, name)

    def changed(self, *args, **options):
        self._tables = None
        return method(self, *args, **options)

    return changed


for _name in "__setitem__ __delitem__ __imul__ insert pop remove clear sort reverse".split():
    setattr(${CLASS}, _name, _making_anew(_name))


`;
