/** A container of another make with the same face: hashed instead of sorted, an array instead of a chain; all over a file. */
import type { SyntaxNode } from "../../../syntax/tree.ts";
import { brief, type Rewrite, type Rule, type Source, sourceOf } from "../rule.ts";

export const containers: Rule = {
  name: "containers",
  weight: 0.8,
  find: (source) => [...swaps(source), ...lineEnds(source)],
};

const JAVA = [
  ["TreeMap", "HashMap"],
  ["LinkedHashMap", "HashMap"],
  ["Hashtable", "HashMap"],
  ["TreeSet", "HashSet"],
  ["LinkedList", "ArrayList"],
  ["Vector", "ArrayList"],
  ["Stack", "ArrayDeque"],
  ["StringBuffer", "StringBuilder"],
] as const;

const SWAPS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  java: JAVA,
  rust: [
    ["BTreeMap", "HashMap"],
    ["BTreeSet", "HashSet"],
    ["LinkedList", "VecDeque"],
  ],
  "c-sharp": [
    ["SortedDictionary", "Dictionary"],
    ["SortedSet", "HashSet"],
    ["LinkedList", "List"],
  ],
  cpp: [
    ["map", "unordered_map"],
    ["set", "unordered_set"],
    ["multimap", "unordered_multimap"],
    ["list", "vector"],
    ["deque", "vector"],
  ],
  python: [["OrderedDict", "dict"]],
};

function swaps(source: Source): Rewrite[] {
  return (SWAPS[source.language] ?? []).flatMap(([from, to]) => {
    const isName = (type: string) => /identifier/.test(type);
    const uses = source.nodes.filter(
      (node) => isName(node.type) && node.children.length === 0 && sourceOf(source, node) === from,
    );
    const types = source.language === "cpp" ? uses.filter(({ type }) => type === "type_identifier") : uses;
    if (types.length === 0) return [];
    const header = source.language === "cpp" ? included(source, to) : [];
    const taken =
      source.language === "python"
        ? types.filter(({ parent }) => !/import|dotted_name|attribute/.test(parent?.type ?? ""))
        : types;
    if (taken.length === 0) return [];
    return [
      {
        description: `${from} becomes ${to}`,
        at: (taken[0] as (typeof taken)[number]).start,
        replacements: [...header, ...taken.map((node) => renamed(source, node, to))],
      },
    ];
  });
}

/** The new name; in an import of Rust that has it already, none. */
function renamed(source: Source, node: SyntaxNode, to: string): Rewrite["replacements"][number] {
  const { start, end, parent } = node;
  const isThere =
    parent?.type === "use_list" &&
    parent.children.some((other) => other.named && sourceOf(source, other).split(" as ")[0] === to);
  if (!isThere) return { start, end, text: to };
  const [blanks = ""] = /^\s*,\s*/.exec(source.text.slice(end)) ?? [];
  if (blanks !== "") return { start, end: end + blanks.length, text: "" };
  const before = /,\s*$/.exec(source.text.slice(0, start))?.index ?? start;
  return { start: before, end, text: "" };
}

/** Above the first `#include`, where it is not there yet. */
function included({ text }: Source, container: string): Rewrite["replacements"] {
  const name = container.replace("multi", "");
  const first = text.search(/^[ \t]*#\s*include\b/m);
  return first < 0 || new RegExp(`#\\s*include\\s*<${name}>`).test(text)
    ? []
    : [{ start: first, end: first, text: `#include <${name}>\n` }];
}

/** `std::endl` writes what it has at once, every time. */
function lineEnds(source: Source): Rewrite[] {
  if (source.language !== "cpp") return [];
  const ends = source.nodes.filter(
    (node) => /^(?:std::)?endl$/.test(sourceOf(source, node)) && node.parent?.type === "binary_expression",
  );
  return ends.length === 0
    ? []
    : [
        {
          description: `${brief(sourceOf(source, ends[0] as (typeof ends)[number]))} becomes a mere line feed`,
          at: (ends[0] as (typeof ends)[number]).start,
          replacements: ends.map(({ start, end }) => ({ start, end, text: "'\\n'" })),
        },
      ];
}
