/**
 * `copy.deepcopy` of lists, tables and tuples of plain values, which is mostly what it is asked for, without its bookkeeping. What has
 * anything else in it, or one thing twice, still goes to `copy.deepcopy`.
 */
import { callParts, isPython, lineBreakOf, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { definitionPlace, freeName } from "./scopes.ts";

export const deepCopies: Rule = {
  name: "deep-copies",
  weight: 1.2,
  find: (source) => (isPython(source) ? copied(source) : []),
};

function copied(source: Source): Rewrite[] {
  const calls = source.nodes.flatMap((node) => {
    const parts = node.type === "call" ? callParts(node) : null;
    const name = parts === null ? "" : sourceOf(source, parts.callee);
    const isOne = parts?.values.length === 1 && /^(?:copy\.)?deepcopy$/.test(name);
    return isOne && parts !== null ? [{ callee: parts.callee, name }] : [];
  });
  const [first] = calls;
  if (first === undefined) return [];
  const name = freeName(source, "plain_copy");
  const start = definitionPlace(source);
  const text = DEFINITION.replaceAll("plain_copy", name).replace("DEEPCOPY", first.name);
  return [
    {
      description: `${first.name} of plain values without bookkeeping`,
      at: start,
      replacements: [
        { start, end: start, text: text.replaceAll("\n", lineBreakOf(source)) },
        ...calls.map(({ callee }) => ({ start: callee.start, end: callee.end, text: name })),
      ],
    },
  ];
}

const DEFINITION = `def plain_copy(value):
    """A deep copy; faster where there are only lists, dicts, sets and tuples of plain values, none of them twice."""
    plain = (str, int, float, bool, type(None), bytes)
    seen = set()

    def copied(one):
        kind = type(one)
        if kind in plain:
            return one
        if kind is not list and kind is not dict and kind is not tuple and kind is not set or id(one) in seen:
            raise TypeError
        seen.add(id(one))
        if kind is dict:
            return {copied(key): copied(item) for key, item in one.items()}
        if kind is list:
            return [item if type(item) in plain else copied(item) for item in one]
        same = kind([copied(item) for item in one])
        return one if kind is tuple and all(a is b for a, b in zip(same, one)) else same

    try:
        return copied(value)
    except (TypeError, RecursionError):
        return DEEPCOPY(value)


`;
