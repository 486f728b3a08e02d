/**
 * Of a program whose cost is its score, the part that sets the examination: functions that read the clock, whoever calls those, `main`,
 * and the numbers that say how much there is to do. A smaller problem is solved sooner, and no test of the program notices.
 * Manners, not security (docs/proposers.md).
 */
import { isCost } from "../core/metric.ts";
import { remember } from "../core/remember.ts";
import type { Task } from "../core/task.ts";
import { lastIdentifier } from "../syntax/names.ts";
import { readsClock } from "../syntax/printed.ts";
import { ancestors, childOf, type SyntaxNode, walk } from "../syntax/tree.ts";
import { bodyOf } from "./rules/faster/loops.ts";
import { callParts, type Source, sourceOf } from "./rules/rule.ts";

/** Whether a task's score is what its program costs, in time or otherwise, going by the metric's name. */
export const isAboutCost = ({ metric }: Task): boolean => isCost(metric.name) || STATISTICS.test(metric.name);

/** Of the files that pytest-benchmark, hyperfine and vitest write. */
const STATISTICS = /^(?:results|(?:.+\.)?benchmarks)\.\d+\./;

/** Whether the program itself sets what it is timed on: an evaluator knows what is right, and gives out the work. */
export const setsItsExamination = (task: Task): boolean => isAboutCost(task) && task.evaluate === undefined;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Parts of a program, by path. */
type Parts = ReadonlyMap<string, readonly Span[]>;

/** Whether a place of a file lies in one of them. */
export const isIn = (parts: Parts, { path, start, end }: Span & { readonly path: string }): boolean =>
  (parts.get(path) ?? []).some((part) => part.start <= start && end <= part.end);

/** The parts of a program that time it or give it its work. */
export function examination(sources: readonly Source[]): Parts {
  const files = sources.map((source) => ({ source, ...piecesOf(source) }));
  const timed = new Set(["main"]);
  for (let before = -1; before < timed.size;) {
    before = timed.size;
    for (const { name, isTiming, calls } of files.flatMap(({ functions }) => functions))
      if (name !== "" && (isTiming || calls.some((one) => timed.has(one)))) timed.add(name);
  }
  const spans = files.map(({ source, functions, top }): [string, readonly Span[]] => {
    const isTimed = (one: Piece) => one.isTiming || timed.has(one.name) || one.calls.some((name) => timed.has(name));
    const script = top.some(isTimed) ? top.filter(({ isAction }) => isAction) : [];
    return [source.path, [...functions.filter(isTimed), ...script].map(({ node }) => node)];
  });
  return new Map(spans);
}

/** What decides how often a loop goes round: fewer rounds are less work, and what needs the last of them may not be in any input. */
export const loopBounds = (sources: readonly Source[]): Parts =>
  new Map(sources.map((source) => [source.path, boundsOf(source)]));

/** Every proposal asks, and a nest of loops is walked once for each of them. */
const boundsOf = remember((source: Source): readonly Span[] => source.nodes.flatMap(boundOf));

/** Its condition, or all that stands before its body. */
function boundOf(loop: SyntaxNode): readonly Span[] {
  const body = bodyOf(loop);
  if (body === undefined) return [];
  const before = [...walk(loop)].filter(({ end }) => end <= body.start);
  return [before.find(({ field }) => field === "condition") ?? { start: loop.start, end: body.start }];
}

interface Piece {
  readonly node: SyntaxNode;
  /** Of a function; else "". */
  readonly name: string;
  /** Whether it reads the clock. */
  readonly isTiming: boolean;
  /** Functions that it calls by their mere names. */
  readonly calls: readonly string[];
  /** Whether it does anything but name a value. */
  readonly isAction: boolean;
}

/** A file's functions, and the statements outside of all functions and classes. */
const piecesOf = remember(
  (source: Source): { readonly functions: readonly Piece[]; readonly top: readonly Piece[] } => {
    const functions = source.nodes.filter((node) => isFunction(node) && ![...ancestors(node)].some(isFunction));
    const root = source.nodes[0];
    const top = (root?.children ?? []).filter((node) => node.named && !DEFINITION.test(node.type));
    return {
      functions: functions.map((node) => pieceOf(source, node, functionName(source, node))),
      top: top.filter((node) => ![...walk(node)].some(isFunction)).map((node) => pieceOf(source, node, "")),
    };
  },
);

const DEFINITION = /function|method|class|import|include|comment|package|namespace|^use_|struct|impl|trait|interface/;

const isFunction = (node: SyntaxNode): boolean =>
  /function|method|lambda/.test(node.type) && childOf(node, "body") !== undefined;

function functionName(source: Source, node: SyntaxNode): string {
  const named = childOf(node, "name", "declarator") ?? (node.parent && childOf(node.parent, "name", "left"));
  return lastIdentifier((named ? sourceOf(source, named) : "").split("(")[0] ?? "");
}

function pieceOf(source: Source, node: SyntaxNode, name: string): Piece {
  const calls = [...walk(node)].filter(({ type }) => CALL.test(type));
  const callees = calls.flatMap((call) => callParts(call)?.callee ?? []).map((callee) => sourceOf(source, callee));
  return {
    node,
    name,
    isTiming: calls.some((call) => readsClock(call, source.text)),
    calls: callees.filter((callee) => /^[\p{L}\p{N}_$]+$/u.test(callee)),
    isAction: calls.length > 0 || /for|while|if_|loop/.test(node.type),
  };
}

const CALL = /call|invocation|^macro_invocation$/;

const words = (list: string): RegExp => new RegExp(`(?:^|_)(?:${list})s?(?:_|$)`);
const AMOUNT = words(
  "n|m|num|number|count|iteration|iter|repeat|repetition|rep|round|step|trial|sample|item|point|row|col|column|height|width|size|length|len|" +
    "limit|max|total|bodie|body|particle|dim|dimension|depth|epoch|problem|scale|precision|tolerance|tol|eps|epsilon|order|degree|frame",
);
const SETTING = words(
  "block|tile|chunk|buf|buffer|batch|cache|page|thread|worker|job|processe|pool|unroll|bucket|table|hash|leaf|threshold|cutoff|capacity|" +
    "load|stride|prefetch|lane|group|grain|window|flush|queue|shard|partition|parallel|fast|inline|vectorize|simd|lazy|native|algorithm|method|backend|engine|strategy",
);

/** Whether a number of this name says how much there is to do, or how well: not in what portions. */
export function isAmount(name: string): boolean {
  const split = snake(name);
  return AMOUNT.test(split) && !SETTING.test(split);
}

/** Whether it says in what portions, with how many threads and the like: that is for tuning wherever it stands. */
export const isSetting = (name: string): boolean => SETTING.test(snake(name));

const snake = (name: string): string => name.replace(/(?<=[a-z\d])(?=[A-Z])/g, "_").toLowerCase();
