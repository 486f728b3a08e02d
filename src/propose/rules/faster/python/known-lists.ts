/**
 * A list of Python that is asked what it contains. What does nothing else becomes a set; another is made as a list that finds values by their
 * hash: it is the same list to everything else, whoever has it. One that a loop leaves alone has a set beside it.
 */
import { remember } from "../../../../core/remember.ts";
import { ancestors, childOf, namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { brief, callParts, lineBreakOf, replaceNode, type Rewrite, type Source, sourceOf } from "../../rule.ts";
import { isFixedIn } from "./fixed.ts";
import { loopsAround, placeBefore } from "./places.ts";
import { definitionPlace, freeName, isPure, namesWithin, type Replacement, scopeOf, usesOf } from "./scopes.ts";

export function membershipInPython(source: Source): readonly Rewrite[] {
  const asked = source.nodes.flatMap((node) => askedIn(node));
  const targets = Map.groupBy(
    asked.filter(({ type }) => /^(?:identifier|attribute|subscript)$/.test(type)),
    (node) => titleOf(source, node),
  );
  return [
    ...asked.flatMap((node) => constant(source, node)),
    ...[...targets].flatMap(([title, nodes]) => asSet(source, nodes) ?? asKnownList(source, title, nodes)),
    ...asked.flatMap((node) => besideLoop(source, node)),
  ];
}

/** What `x in it` asks. */
function askedIn(node: SyntaxNode): readonly SyntaxNode[] {
  const last = node.type === "comparison_operator" ? node.children.at(-1) : undefined;
  const isIn = node.children.some(({ type }) => type === "in" || type === "not in");
  return last !== undefined && isIn && node.children.length === 3 ? [last] : [];
}

/** `x in [1, 2]`: a set of constants is made once. */
function constant(source: Source, list: SyntaxNode): Rewrite[] {
  const values = namedChildren(list);
  const isConstant = values.every(({ type }) => /^(?:string|integer|float|true|false|none)$/.test(type));
  if (!/^(?:list|tuple)$/.test(list.type) || values.length < 2 || !isConstant) return [];
  return [replaceNode(list, `{${sourceOf(source, list).slice(1, -1)}}`, "a set in the place of a list")];
}

/** `seen`, `.seen`, `["seen"]`, or `seen[]` for the elements of something. */
export function titleOf(source: Source, node: SyntaxNode): string {
  if (node.type === "identifier") return `${scopeOfName(source, node).start} ${sourceOf(source, node)}`;
  if (node.type === "attribute") return `.${lastOf(source, node)}`;
  const key = childOf(node, "subscript");
  return key?.type === "string"
    ? `["${sourceOf(source, key).slice(1, -1)}"]`
    : `${lastOf(source, childOf(node, "value") ?? node)}[]`;
}

const lastOf = (source: Source, node: SyntaxNode): string =>
  sourceOf(source, (node.type === "attribute" ? childOf(node, "attribute") : undefined) ?? node);

/** The function that gives a name its values, or the module. */
function scopeOfName(source: Source, name: SyntaxNode): SyntaxNode {
  const own = scopeOf(name);
  return given(source)(own).has(sourceOf(source, name)) ? own : (source.nodes[0] ?? own);
}

/** Names that a function gives values, its parameters among them. */
const given = remember((source: Source) =>
  remember((scope: SyntaxNode): ReadonlySet<string> => {
    const lefts = [...walk(scope)].flatMap((node) => {
      if (node.type.endsWith("parameters")) return [...namesWithin(node)];
      const left = node.type === "assignment" ? childOf(node, "left") : undefined;
      return left === undefined ? [] : [left];
    });
    return new Set(lefts.map((one) => sourceOf(source, one)));
  }),
);

/** A list that is only made, grown and asked. */
function asSet(source: Source, [first]: readonly SyntaxNode[]): Rewrite[] | undefined {
  if (first?.type !== "identifier") return undefined;
  const name = sourceOf(source, first);
  const uses = usesOf(source, name, scopeOfName(source, first));
  const edits = uses.map((use) => setUse(source, use));
  const assigned = uses.filter(({ parent, field }) => parent?.type === "assignment" && field === "left");
  if (assigned.length !== 1 || edits.includes(undefined)) return undefined;
  const replacements = edits.flatMap((one) => one ?? []);
  return [{ description: `${name} becomes a set`, at: first.start, replacements }];
}

/** What becomes of a use; undefined for one that a set has not. */
function setUse(source: Source, use: SyntaxNode): readonly Replacement[] | undefined {
  const { parent } = use;
  if (parent?.type === "assignment" && use.field === "left") {
    const value = childOf(parent, "right");
    const code = value === undefined ? undefined : made(source, value, "set");
    return value === undefined || code === undefined ? undefined : [{ start: value.start, end: value.end, text: code }];
  }
  if (parent !== null && askedIn(parent)[0] === use) return [];
  const member = parent?.type === "attribute" ? childOf(parent, "attribute") : undefined;
  const isStatement = parent?.parent?.type === "call" && parent.parent.parent?.type === "expression_statement";
  return member !== undefined && isStatement && sourceOf(source, member) === "append"
    ? [{ start: member.start, end: member.end, text: "add" }]
    : undefined;
}

const LISTS = /^(?:list|list_comprehension)$/;
const MAKES = /^(?:list|sorted)\(|\.(?:split|splitlines|readlines)\([^()]*\)$/;

/** A list as the argument of another class; undefined for what need not be a list. */
export function made(source: Source, value: SyntaxNode, type: string): string | undefined {
  const code = sourceOf(source, value);
  if (/^\[\s*\]$|^list\(\)$/.test(code)) return `${type}()`;
  return LISTS.test(value.type) || (callParts(value) !== null && MAKES.test(code)) ? `${type}(${code})` : undefined;
}

function asKnownList(source: Source, title: string, [first]: readonly SyntaxNode[]): Rewrite[] {
  // A heap moves the elements of a list without asking it.
  if (first === undefined || /\bheapq\b/.test(source.text)) return [];
  const values = valuesByTitle(source).get(title) ?? [];
  const replacements = values.flatMap(({ value }) => {
    const code = sourceOf(source, value) === "list" ? CLASS : made(source, value, CLASS);
    return code === undefined ? [] : [{ start: value.start, end: value.end, text: code }];
  });
  const [at] = replacements;
  if (at === undefined) return [];
  const name = brief(sourceOf(source, first));
  return [
    {
      description: `${name} finds its values by hash`,
      at: at.start,
      replacements: [...defined(source), ...replacements],
    },
  ];
}

/** The values that each thing is given. */
export const valuesByTitle = remember((source: Source) =>
  Map.groupBy(
    source.nodes.flatMap((node) => valuesFor(source, node)),
    ({ for: title }) => title,
  ),
);

/** A value that something is given, and what. */
function valuesFor(source: Source, node: SyntaxNode): readonly { for: string; value: SyntaxNode }[] {
  if (node.type === "assignment") {
    const [left, value] = [childOf(node, "left"), childOf(node, "right")];
    if (left === undefined || value === undefined) return [];
    if (/\bdefaultdict\(list\)$/.test(sourceOf(source, value))) {
      const [list] = callParts(value)?.values ?? [];
      return list === undefined ? [] : [{ for: `${lastOf(source, left)}[]`, value: list }];
    }
    return /^(?:identifier|attribute|subscript)$/.test(left.type) ? [{ for: titleOf(source, left), value }] : [];
  }
  const [key, value] = node.type === "pair" ? [childOf(node, "key"), childOf(node, "value")] : [];
  if (key?.type === "string" && value !== undefined)
    return [{ for: `["${sourceOf(source, key).slice(1, -1)}"]`, value }];
  const parts = callParts(node);
  const [object, method] = parts === null ? [] : [childOf(parts.callee, "object"), childOf(parts.callee, "attribute")];
  const empty = parts?.values[1];
  return object !== undefined &&
    method !== undefined &&
    empty !== undefined &&
    sourceOf(source, method) === "setdefault"
    ? [{ for: `${lastOf(source, object)}[]`, value: empty }]
    : [];
}

const CLASS = "KnownList";

/** The class, where the file has it not yet. A copy of such a list, and what is pickled, is a plain list. */
const defined = remember((source: Source): readonly Replacement[] => {
  if (source.text.includes(`class ${CLASS}(list):`)) return [];
  const start = definitionPlace(source);
  return [{ start, end: start, text: DEFINITION.replaceAll("\n", lineBreakOf(source)) }];
});

const DEFINITION = `class ${CLASS}(list):
    """A list that finds what is in it by its hash, as long as it only grows at its end."""

    _known = None
    _count = 0

    def __contains__(self, value):
        try:
            if self._known is None:
                self._known, self._count = set(), 0
            if self._count < len(self):
                self._known.update(self[self._count :])
                self._count = len(self)
            return value in self._known
        except TypeError:  # a value without a hash
            return list.__contains__(self, value)

    def __reduce_ex__(self, protocol):
        return list, (list(self),)


def _forgetting(name):
    method = getattr(list, name)

    def changed(self, *args, **options):
        self._known = None
        return method(self, *args, **options)

    return changed


for _name in "__setitem__ __delitem__ __imul__ insert pop remove clear sort reverse".split():
    setattr(${CLASS}, _name, _forgetting(_name))


`;

/** A set beside a list that comes from elsewhere, made before the loops that leave it alone; a text or a table stays what it is. */
function besideLoop(source: Source, asked: SyntaxNode): Rewrite[] {
  const isMade = asked.type.endsWith("comprehension") && isPure(source, asked);
  if (!isMade && !isParameter(source, asked)) return [];
  const loops = loopsAround(asked);
  const bound = asked.type === "identifier" ? undefined : childOf(namedChildren(asked)[1] ?? asked, "left");
  const isFixed = loops.map((loop) => isFixedIn(source, loop, { parts: [asked], ...(bound && { except: bound }) }));
  const end = isFixed.indexOf(false);
  const outer = loops[(end < 0 ? loops.length : end) - 1];
  const place = outer === undefined ? undefined : placeBefore(source, outer);
  if (place === undefined) return [];
  const code = sourceOf(source, asked);
  const name = freeName(source, isMade ? "wanted" : `${code}_set`);
  const value = isMade ? `set(${code})` : `set(${code}) if isinstance(${code}, (list, tuple)) else ${code}`;
  return [
    {
      description: `a set of ${brief(code)} beside the loop`,
      at: place.start,
      replacements: [
        { start: place.start, end: place.start, text: `${name} = ${value}${lineBreakOf(source)}${place.indent}` },
        { start: asked.start, end: asked.end, text: name },
      ],
    },
  ];
}

function isParameter(source: Source, name: SyntaxNode): boolean {
  if (name.type !== "identifier") return false;
  const scope = [...ancestors(name)].find(({ type }) => type === "function_definition");
  const parameters = scope === undefined ? undefined : childOf(scope, "parameters");
  return (
    parameters !== undefined &&
    [...namesWithin(parameters)].some((one) => sourceOf(source, one) === sourceOf(source, name))
  );
}
