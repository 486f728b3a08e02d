/**
 * C and C++: a search through an array begins where the same array had what has the same hash the last time, if it still is what is looked
 * for. Only where keys are written once: then what was first stays first, and a place that is out of date costs a whole search, as before.
 */
import { childOf, namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { brief, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { bodyOf, indentOf, isInBlock } from "../loops.ts";

export const findAgain: Rule = {
  name: "find-again",
  weight: 1.2,
  find: (source) =>
    source.language === "cpp" && !THREADS.test(source.text)
      ? source.nodes.filter(({ type }) => type === "for_statement").flatMap((loop) => remembered(source, loop))
      : [],
};

const THREADS = /\bpthread|std::(?:j?thread|async)\b|#\s*pragma\s+omp\b/;

/** What of an item is compared with what. */
interface Key {
  readonly member: string;
  readonly wanted: string;
  readonly isText: boolean;
}

interface Search {
  readonly index: string;
  readonly limit: string;
  readonly list: string;
  readonly keys: readonly Key[];
  readonly start: SyntaxNode;
  readonly condition: SyntaxNode;
  readonly found: SyntaxNode;
}

function remembered(source: Source, loop: SyntaxNode): Rewrite[] {
  const indent = indentOf(source, loop);
  const search = indent === undefined || !isInBlock(loop) ? undefined : searchOf(source, loop);
  if (search === undefined || indent === undefined || !isWrittenOnce(source, search)) return [];
  const name = nameFor(source, loop);
  const { start, found, list, keys } = search;
  const isBlock = found.type === "compound_statement";
  const note = `${name}[${name}_slot].list = (const void *)&${list}[0]; ${name}[${name}_slot].at = (long)${search.index};`;
  return [
    {
      description: `look for ${brief(keys.map(({ wanted }) => wanted).join(", "))} in ${brief(list)} where it was the last time`,
      at: loop.start,
      replacements: [
        { start: loop.start, end: loop.start, text: prepared(source, search, { name, indent }) },
        { start: start.start, end: start.end, text: `${name}_from` },
        isBlock
          ? { start: found.start + 1, end: found.start + 1, text: ` ${note}` }
          : { start: found.start, end: found.end, text: `{ ${note} ${sourceOf(source, found)} }` },
      ],
    },
  ];
}

/** Each search of a file has names of its own, so that two edits fit into one block. */
const nameFor = (source: Source, loop: SyntaxNode): string => {
  const before = source.nodes.filter(({ type, start }) => type === "for_statement" && start < loop.start).length;
  return `again_${before}`;
};

function prepared(source: Source, search: Search, { name, indent }: { name: string; indent: string }): string {
  const { list, limit, keys, condition, index } = search;
  const at = `${name}[${name}_slot].at`;
  const hashes = keys.map(({ wanted, isText }) => {
    if (isText)
      return `for (const char *${name}_key = ${wanted}; *${name}_key != '\\0'; ${name}_key++) ${name}_slot = ${name}_slot * 31 + (unsigned char)*${name}_key;`;
    const isCpp = !/\.(?:c|h)$/i.test(source.path);
    const hash = isCpp ? `std::hash<std::decay_t<decltype(${wanted})>>{}(${wanted})` : `(unsigned long)(${wanted})`;
    return `${name}_slot = ${name}_slot * 31 + ${hash};`;
  });
  const lines = [
    `static struct { const void *list; long at; } ${name}[4096];`,
    `unsigned long ${name}_slot = 0;`,
    ...hashes,
    `${name}_slot = (${name}_slot ^ (${name}_slot >> 12)) % 4096;`,
    `long ${name}_from = ${at} < (long)(${limit}) && ${name}[${name}_slot].list == (const void *)&${list}[0] ? ${at} : -1;`,
    `if (${name}_from < 0 || !(${withIndex(source, condition, { index, at: `${name}_from` })})) ${name}_from = 0;`,
  ];
  return lines.map((line) => `${line}\n${indent}`).join("");
}

/** A condition about another place. */
function withIndex(source: Source, condition: SyntaxNode, { index, at }: { index: string; at: string }): string {
  let [text, done] = ["", condition.start];
  for (const node of walk(condition)) {
    if (node.type !== "identifier" || sourceOf(source, node) !== index) continue;
    text += source.text.slice(done, node.start) + at;
    done = node.end;
  }
  return text + source.text.slice(done, condition.end);
}

const HEAD = /^(?:(?:int|long|size_t|std::size_t|unsigned(?: int| long)?|auto)\s+)?(\w+)\s*=\s*0\s*;?$/;

/** `for (int i = 0; i < n; i++) if (strcmp(items[i].name, name) == 0) return i;` */
function searchOf(source: Source, loop: SyntaxNode): Search | undefined {
  const of = (field: string) => childOf(loop, field);
  const [initial, condition, update] = [of("initializer"), of("condition"), of("update")];
  if (initial === undefined || condition === undefined || update === undefined) return undefined;
  const [, index] = HEAD.exec(sourceOf(source, initial)) ?? [];
  if (
    index === undefined ||
    !new RegExp(String.raw`^(?:\+\+${index}|${index}\+\+|${index} \+= 1)$`).test(sourceOf(source, update))
  )
    return undefined;
  const [, limit] =
    new RegExp(String.raw`^${index}\s*(?:<|!=)\s*([\w.>-]+(?:\.size\(\))?)$`).exec(sourceOf(source, condition)) ?? [];
  const start = [...walk(initial)].find((node) => node.type === "number_literal");
  const only = onlyStatement(bodyOf(loop));
  const [clause, found] =
    only?.type === "if_statement" ? [childOf(only, "condition"), childOf(only, "consequence")] : [];
  const test = clause === undefined ? undefined : childOf(clause, "value");
  if (limit === undefined || start === undefined || test === undefined || found === undefined || only === undefined)
    return undefined;
  if (childOf(only, "alternative") !== undefined || !leaves(found) || !isQuiet(source, test)) return undefined;
  const compared = comparisons(test)
    .flatMap((one) => comparedIn(source, one, index) ?? [])
    .filter(({ isText, member }) => isText || NAMES.test(member));
  const list = compared[0]?.list;
  const keys = compared.filter((one) => one.list === list);
  return list === undefined ? undefined : { index, limit, start, condition: test, found, list, keys };
}

function onlyStatement(body: SyntaxNode | undefined): SyntaxNode | undefined {
  if (body?.type !== "compound_statement") return body;
  const [only, ...others] = namedChildren(body);
  return others.length === 0 ? only : undefined;
}

/** Whether the last that is done is to leave the loop. */
const leaves = (found: SyntaxNode): boolean =>
  /^(?:return|break)_statement$/.test(
    (found.type === "compound_statement" ? namedChildren(found).at(-1) : found)?.type ?? "",
  );

/** A condition that may be worked out once more. */
const isQuiet = (source: Source, test: SyntaxNode): boolean =>
  [...walk(test)].every(
    (node) =>
      !/^(?:update|assignment|lambda)/.test(node.type) &&
      (node.type !== "call_expression" || /^strcmp\b/.test(sourceOf(source, node))),
  );

/** What has to hold all at once. */
const comparisons = (test: SyntaxNode): readonly SyntaxNode[] =>
  test.type === "binary_expression" && test.children.some(({ type }) => type === "&&")
    ? namedChildren(test).flatMap(comparisons)
    : [test];

/** Numbers that are likely to be one item's alone: of many that have the same the first may be another one in another array. */
const NAMES = /id$|key|code|name|num|no$|hash|word|symbol|label/i;

const TEXTS = /^(?:!\s*strcmp\((.*)\)|strcmp\((.*)\)\s*==\s*0|0\s*==\s*strcmp\((.*)\))$/s;

function comparedIn(source: Source, test: SyntaxNode, index: string): (Key & { list: string }) | undefined {
  const code = sourceOf(source, test);
  const texts = TEXTS.exec(code)
    ?.slice(1)
    .find((one) => one !== undefined);
  const isSame = test.type === "binary_expression" && test.children.some(({ type }) => type === "==");
  const sides =
    texts === undefined ? (isSame ? namedChildren(test).map((one) => sourceOf(source, one)) : []) : texts.split(",");
  const [left = "", right = ""] = sides.map((side) => side.trim());
  const item = new RegExp(String.raw`^([A-Za-z_][\w.>-]*)\[${index}\]((?:(?:\.|->)\w+)?)$`);
  for (const [own, wanted] of [
    [left, right],
    [right, left],
  ] as const) {
    const [, list, member] = item.exec(own) ?? [];
    const isWanted =
      sides.length === 2 &&
      /^[a-z_][\w.>-]*(?:\[\w+\](?:\.\w+)?)?$/.test(wanted) &&
      !new RegExp(String.raw`\b${index}\b`).test(wanted);
    if (list !== undefined && isWanted)
      return { list, member: (member ?? "").replace(/^(?:\.|->)/, ""), wanted, isText: texts !== undefined };
  }
  return undefined;
}

/** Whether the file has at most one place where such a key is written, and nowhere takes out of the array or sorts it by its name. */
function isWrittenOnce({ text }: Source, { list, keys }: Search): boolean {
  const name = list.split(/\.|->/).at(-1) ?? "";
  const moved = new RegExp(
    String.raw`\bqsort\(\s*[\w.>-]*\b${name}\b|\b${name}(?:\.erase\(|\.pop_|\.insert\(|\.begin\(\))|swap\([^;]*\b${name}\[`,
  );
  const isOnce = ({ member }: Key): boolean => {
    const target = member === "" ? String.raw`\b${name}\[[^\]]*\]` : String.raw`(?:\.|->)${member}\b`;
    const written = new RegExp(
      String.raw`${target}(?:\[[^\]]*\])?\s*(?:[-+*/%|&^]|<<|>>)?=(?!=)|\b(?:(?:strn?cpy|strn?cat|s?n?printf|memcpy|memmove|fgets)\s*\([^,;]*?|[fs]?scanf\s*\([^;]*?)${target}`,
      "g",
    );
    return [...text.matchAll(written)].length <= 1;
  };
  return !moved.test(text) && keys.every(isOnce);
}
