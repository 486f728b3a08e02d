/** Sorts as people write them: by bubbles, by insertion, by exchanging all pairs. */
import { childOf, namedChildren, type SyntaxNode } from "../../../../syntax/tree.ts";
import { type Source, sourceOf } from "../../rule.ts";

export interface Sort {
  readonly list: string;
  readonly count: string;
  /** When the left one of two has to be behind the right one. */
  readonly test: SyntaxNode;
  readonly left: string;
  readonly right: string;
  /** What the flag that ended the loop is afterwards. */
  readonly after: string;
}

/** A piece of C without needless blanks, to be compared with patterns. */
export const tight = (code: string): string =>
  code
    .replace(/\s+/g, " ")
    .replace(/ ?([^\w\s]) ?/g, "$1")
    .trim();

const statementsOf = (node: SyntaxNode | undefined): readonly SyntaxNode[] =>
  node === undefined ? [] : node.type === "compound_statement" ? namedChildren(node) : [node];

const bodyOf = (loop: SyntaxNode): readonly SyntaxNode[] => statementsOf(childOf(loop, "body"));

/** What stands before a loop's body, or of a `do` after it. */
const headOf = (source: Source, loop: SyntaxNode): string => {
  const body = childOf(loop, "body");
  return body === undefined
    ? ""
    : tight(source.text.slice(loop.start, body.start) + source.text.slice(body.end, loop.end));
};

const FOR =
  /^for\((?:int |size_t |std::size_t |long |unsigned(?: int)? )?(\w+)=(\w+(?:\+1)?);(?:\1|(\1\+1))(<=?)(.+);(?:\1\+\+|\+\+\1|\1\+=1)\)$/;

interface Counting {
  readonly index: string;
  readonly from: string;
  /** The first place that is not reached. */
  readonly to: string;
}

/** `for (int j = 0; j + 1 < n; j++)`, which ends at `n-1`. */
function countingOf(source: Source, loop: SyntaxNode): Counting | undefined {
  const [, index, from, shifted, sign, to] = FOR.exec(headOf(source, loop)) ?? [];
  if (index === undefined || from === undefined || to === undefined || sign !== "<") return undefined;
  return { index, from, to: shifted === undefined ? to : `${to}-1` };
}

/** `n`, if as many rounds of one place after the other are enough for `n`. */
function wholeOf(outer: Counting, inner: Counting): string | undefined {
  const { index, to } = outer;
  const list = inner.to.replace(`-${index}`, "").replace(/-1$/, "");
  const isWhole = inner.to === `${list}-1` || inner.to === `${list}-1-${index}` || inner.to === `${list}-${index}-1`;
  return isWhole && outer.from === "0" && (to === list || to === `${list}-1`) ? list : undefined;
}

/** `if (a[j] > a[j + 1])` in a loop in a loop, with or without a flag. */
export function bubbles(source: Source, loop: SyntaxNode): Sort | undefined {
  const parts = bodyOf(loop);
  const inner = parts.find(({ type }) => type === "for_statement");
  const pass = inner === undefined ? undefined : countingOf(source, inner);
  const [only, ...others] = inner === undefined ? [] : bodyOf(inner);
  if (inner === undefined || pass?.from !== "0" || only?.type !== "if_statement" || others.length > 0) return undefined;
  const swap = statementsOf(childOf(only, "consequence")).map((one) => tight(sourceOf(source, one)));
  const flags = parts.filter((one) => one !== inner).map((one) => tight(sourceOf(source, one)));
  const flag = /^(\w+)=(?:1|true);$/.exec(swap.at(-1) ?? "")?.[1] ?? /^(\w+)=(?:1|true);$/.exec(swap[0] ?? "")?.[1];
  const list = swappedIn(
    swap.filter((one) => !/^\w+=(?:1|true);$/.test(one)),
    [pass.index, `${pass.index}+1`],
  );
  const isFlag = (one: string) =>
    new RegExp(
      `^(?:(?:int |bool )?${flag}=(?:0|false);|if\\(!${flag}\\)\\{?break;\\}?|if\\(${flag}==(?:0|false)\\)\\{?break;\\}?)$`,
    ).test(one);
  const test = testOf(only);
  if (list === undefined || test === undefined || !flags.every((one) => flag !== undefined && isFlag(one)))
    return undefined;
  const outer = countingOf(source, loop);
  const isWhile =
    new RegExp(`^(?:while|do while)\\(${flag}(?:==(?:1|true))?\\);?$`).test(headOf(source, loop)) && flags.length === 1;
  const count =
    outer === undefined ? (isWhile && pass.to.endsWith("-1") ? pass.to.slice(0, -2) : undefined) : wholeOf(outer, pass);
  const isOwn = flags.some((one) => /^(?:int|bool) /.test(one));
  const after = flag === undefined || (isOwn && !isWhile) ? "" : ` ${flag} = 0;`;
  return count === undefined
    ? undefined
    : { list, count, test, left: `${list}[${pass.index}]`, right: `${list}[${pass.index}+1]`, after };
}

/** `T t = a[x]; a[x] = a[y]; a[y] = t;` or `swap(a[x], a[y])`: the array. */
function swappedIn(statements: readonly string[], [x, y]: readonly [string, string]): string | undefined {
  const code = statements.join("");
  for (const [p, q] of [
    [x, y],
    [y, x],
  ] as const) {
    const [a, b] = [p, q].map((place) => `\\[${place.replaceAll("+", "\\+")}\\]`);
    const found = new RegExp(
      `^[\\w:<> *]*?\\b(?<t>\\w+)=(?<list>[A-Za-z_][\\w.>-]*)${a};\\k<list>${a}=\\k<list>${b};\\k<list>${b}=\\k<t>;$`,
    ).exec(code);
    if (found?.groups?.["list"] !== undefined) return found.groups["list"];
    const [, list, other] =
      new RegExp(`^(?:std::)?swap\\(&?([A-Za-z_][\\w.>-]*)${a},&?([\\w.>-]+)${b}\\);$`).exec(code) ?? [];
    if (list !== undefined && list === other) return list;
  }
  return undefined;
}

const testOf = (statement: SyntaxNode): SyntaxNode | undefined => {
  const clause = childOf(statement, "condition");
  return clause === undefined || childOf(statement, "alternative") !== undefined ? undefined : childOf(clause, "value");
};

/** `key = a[i]; while (j >= 0 && a[j] > key) { a[j + 1] = a[j]; j--; } a[j + 1] = key;` */
export function inserts(source: Source, loop: SyntaxNode): Sort | undefined {
  const outer = loop.type === "for_statement" ? countingOf(source, loop) : undefined;
  const parts = bodyOf(loop);
  const inner = parts.find(({ type }) => type === "while_statement");
  const value = inner === undefined ? undefined : childOf(inner, "condition");
  const both = value === undefined ? undefined : childOf(value, "value");
  if (outer?.from !== "1" || inner === undefined || both === undefined || parts.length > 4) return undefined;
  const code = parts.map((one) => (one === inner ? "@" : tight(sourceOf(source, one)))).join("");
  const { index } = outer;
  const found = new RegExp(
    `^[\\w:<> *]*?\\b(?<key>\\w+)=(?<list>[A-Za-z_][\\w.>-]*)\\[${index}\\];(?:int |long )?(?<j>\\w+)=${index}(?<less>-1)?;@\\k<list>\\[\\k<j>(?:\\+1)?\\]=\\k<key>;$`,
  ).exec(code)?.groups;
  const [list, key, j] = [found?.["list"], found?.["key"], found?.["j"]];
  if (list === undefined || key === undefined || j === undefined) return undefined;
  const [to, from] = found?.["less"] === undefined ? [j, `${j}-1`] : [`${j}+1`, j];
  const move = bodyOf(inner)
    .map((one) => tight(sourceOf(source, one)))
    .join("");
  const isMove = [
    `${list}[${to}]=${list}[${from}];${j}--;`,
    `${list}[${to}]=${list}[${from}];${j}-=1;`,
    `${list}[${to}]=${list}[${from}];--${j};`,
  ].includes(move);
  const [bound, test] = namedChildren(both);
  const isBound =
    bound !== undefined &&
    [`${from}>=0`, `${from}>-1`, `${j}>0`].includes(tight(sourceOf(source, bound))) &&
    (to !== j || tight(sourceOf(source, bound)) === `${j}>0`);
  const ends = code.endsWith(`${list}[${to}]=${key};`) && both.children.some(({ type }) => type === "&&");
  return isMove && isBound && ends && test !== undefined
    ? { list, count: outer.to, test, left: `${list}[${from}]`, right: key, after: "" }
    : undefined;
}

/** `if (a[j] < a[i]) swap` of all pairs, of whole elements. */
export function exchanges(source: Source, loop: SyntaxNode): Sort | undefined {
  const [inner, ...others] = bodyOf(loop);
  if (loop.type !== "for_statement" || inner?.type !== "for_statement" || others.length > 0) return undefined;
  const [outer, pass] = [countingOf(source, loop), countingOf(source, inner)];
  const [only, ...more] = bodyOf(inner);
  if (outer?.from !== "0" || pass?.from !== `${outer.index}+1` || only?.type !== "if_statement" || more.length > 0)
    return undefined;
  const [i, j] = [outer.index, pass.index];
  const test = testOf(only);
  const list = swappedIn(
    statementsOf(childOf(only, "consequence")).map((one) => tight(sourceOf(source, one))),
    [i, j],
  );
  const [left, right] = [`${list}[${i}]`, `${list}[${j}]`];
  const isPlain =
    test !== undefined &&
    [`${left}>${right}`, `${left}<${right}`, `${right}<${left}`, `${right}>${left}`].includes(
      tight(sourceOf(source, test)),
    );
  const isWhole = outer.to === pass.to || outer.to === `${pass.to}-1`;
  return list === undefined || test === undefined || !isPlain || !isWhole
    ? undefined
    : { list, count: pass.to, test, left, right, after: "" };
}
