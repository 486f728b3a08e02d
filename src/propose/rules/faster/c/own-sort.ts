/**
 * C and C++: a sort by hand whose time grows with the square of what there is becomes one by merging. Bubbles and insertions leave what is equal
 * in its order, and so does merging; a sort that does not is only replaced where it compares whole elements.
 */
import { childOf, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { brief, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { indentOf, isInBlock } from "../loops.ts";
import { withHeaders } from "./headers.ts";
import { bubbles, exchanges, inserts, type Sort, tight } from "./sort-shapes.ts";

export const ownSort: Rule = {
  name: "own-sort",
  weight: 1.2,
  find: (source) =>
    source.language === "cpp"
      ? source.nodes
          .filter(({ type }) => /^(?:for|while|do)_statement$/.test(type))
          .flatMap((loop) => sorted(source, loop))
      : [],
};

function sorted(source: Source, loop: SyntaxNode): Rewrite[] {
  const indent = indentOf(source, loop);
  if (indent === undefined || !isInBlock(loop)) return [];
  const sort = bubbles(source, loop) ?? inserts(source, loop) ?? exchanges(source, loop);
  if (sort === undefined || !isStrict(source, sort) || !isPlain(source, sort)) return [];
  const isC = /\.c$/i.test(source.path);
  const text = isC ? merging(source, sort, indent) : stable(source, sort);
  return [
    withHeaders(source, isC ? ["stdlib.h", "string.h"] : ["algorithm", "iterator"], {
      description: `sort ${brief(sort.list)} by merging`,
      at: loop.start,
      replacements: [{ start: loop.start, end: loop.end, text: text + sort.after }],
    }),
  ];
}

/** Whether what is equal stays where it is: by an operator, or by a function of the file that has no other. */
function isStrict(source: Source, { test }: Sort): boolean {
  const code = sourceOf(source, test);
  if (/[<>]=/.test(code)) return false;
  if (/[<>](?![<>=])/.test(code.replaceAll("->", ""))) return true;
  const [, name] = /^(\w+)\s*\(/.exec(code) ?? [];
  const own = source.nodes.find(
    (node) =>
      node.type === "function_definition" &&
      sourceOf(source, childOf(node, "declarator") ?? node)
        .replace(/^\*+/, "")
        .startsWith(`${name}(`),
  );
  return name !== undefined && own !== undefined && !/[<>]=/.test(sourceOf(source, childOf(own, "body") ?? own));
}

/** Whether a test is about the two elements and nothing else that the loops change, and does nothing. */
function isPlain(source: Source, { test, left, right, count, list }: Sort): boolean {
  const rest = withElements(source, test, { left, right, as: ["", ""] });
  const indices = [...`${left} ${right}`.matchAll(/\[(\w+)/g)].map(([, name]) => name);
  const names = new Set(rest.match(/\w+/g) ?? []);
  return (
    ![...walk(test)].some(({ type }) => /^(?:update|assignment|lambda)/.test(type)) &&
    !indices.some((name) => names.has(name ?? "")) &&
    !names.has(list) &&
    /^[\w.>()-]+$/.test(count)
  );
}

/** A test with other words for its two elements. */
function withElements(
  source: Source,
  test: SyntaxNode,
  { left, right, as }: { left: string; right: string; as: readonly [string, string] },
): string {
  let [text, done] = ["", test.start];
  for (const node of walk(test)) {
    if (node.start < done || !/^(?:subscript_expression|identifier)$/.test(node.type)) continue;
    const code = tight(sourceOf(source, node));
    if (code !== left && code !== right) continue;
    text += source.text.slice(done, node.start) + as[code === left ? 0 : 1];
    done = node.end;
  }
  return text + source.text.slice(done, test.end);
}

const stable = (source: Source, { list, count, test, left, right }: Sort): string =>
  `if (${count} > 1) std::stable_sort(std::begin(${list}), std::begin(${list}) + (${count}), [&](const auto& sort_x, const auto& sort_y) { return ${withElements(source, test, { left, right, as: ["sort_y", "sort_x"] })}; });`;

function merging(source: Source, { list, count, test, left, right }: Sort, indent: string): string {
  const isBehind = withElements(source, test, { left, right, as: [`${list}[sort_left]`, `${list}[sort_right]`] });
  return mergeLines(list, count, isBehind).join(`\n${indent}`);
}

/** Runs of one, two, four … elements are merged into a second array and copied back. */
const mergeLines = (list: string, count: string, isBehind: string): readonly string[] => [
  "{",
  `    size_t sort_count = (${count}) > 0 ? (size_t)(${count}) : 0;`,
  `    __auto_type sort_buffer = &${list}[0];`,
  `    sort_buffer = malloc(sort_count * sizeof ${list}[0] + 1);`,
  "    if (sort_buffer == NULL) abort();",
  "    for (size_t sort_width = 1; sort_width < sort_count; sort_width *= 2) {",
  "        for (size_t sort_low = 0; sort_low < sort_count; sort_low += 2 * sort_width) {",
  "            size_t sort_middle = sort_count - sort_low > sort_width ? sort_low + sort_width : sort_count;",
  "            size_t sort_high = sort_count - sort_middle > sort_width ? sort_middle + sort_width : sort_count;",
  "            size_t sort_left = sort_low, sort_right = sort_middle;",
  "            for (size_t sort_at = sort_low; sort_at < sort_high; sort_at++) {",
  `                int sort_is_left = sort_left < sort_middle && (sort_right >= sort_high || !(${isBehind}));`,
  `                sort_buffer[sort_at] = ${list}[sort_is_left ? sort_left++ : sort_right++];`,
  "            }",
  "        }",
  `        memcpy(&${list}[0], sort_buffer, sort_count * sizeof ${list}[0]);`,
  "    }",
  "    free(sort_buffer);",
  "}",
];
