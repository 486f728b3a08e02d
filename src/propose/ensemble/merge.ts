/**
 * Three-way merge of texts and programs: what either side changed in their common ancestor, both changes where they touch
 * different places. Lines first; a line that both sides changed is merged by its tokens if that is possible. Pure; the cost
 * is bounded whatever the texts are.
 */
import { diffArrays } from "diff";

import type { ProgramFiles } from "../../core/edit.ts";
import { splitLines } from "../../core/edits/text-lines.ts";

export type Side = "left" | "right";

/** Three versions of one thing. */
export interface Versions<T> {
  readonly base: T;
  readonly left: T;
  readonly right: T;
}

/** Beyond this many changed units a text counts as replaced: finding the smallest difference takes quadratic time. */
const MOST_CHANGES = 1_000;
const TOKENS = /[\p{L}\p{N}_.]+|\s+|[^]/gu;

/** Who is to be believed where both sides changed one place; where both only inserted, both may be. */
export type Decide = (isInsertion: boolean) => Side | "both";

type Resolve = (conflict: Versions<readonly string[]>) => readonly string[];

/** A merged program; `resolve` decides each conflict. A file that one side deleted and the other changed is a conflict too. */
export function mergePrograms({ base, left, right }: Versions<ProgramFiles>, resolve: Decide): ProgramFiles {
  const paths = [...new Set([base, left, right].flatMap((files) => Object.keys(files)))].sort();
  const merged = paths.flatMap((path) => {
    const [b, l, r] = [base[path], left[path], right[path]];
    const isWhole = l === r || l === b || r === b || b === undefined || l === undefined || r === undefined;
    const text = isWhole
      ? eitherOf({ base: b, left: l, right: r }, resolve)
      : mergeTexts({ base: b, left: l, right: r }, resolve);
    return text === undefined ? [] : [[path, text] as const];
  });
  return Object.fromEntries(merged);
}

/** A merged text; `resolve` decides each place that both sides changed differently. */
export function mergeTexts(texts: Versions<string>, resolve: Decide): string {
  const conflict: Resolve = (lines) => {
    const isLineByLine = lines.base.length === lines.left.length && lines.base.length === lines.right.length;
    if (!isLineByLine) return mergeLines(lines, resolve);
    return lines.base.flatMap((_, i) =>
      settled(
        mapped(lines, (some) => some.slice(i, i + 1)),
        (line) => mergeLines(line, resolve),
      ),
    );
  };
  return mergeItems(
    mapped(texts, (text) => splitLines(text).lines),
    conflict,
  ).join("");
}

/** By tokens, if they do not get in each other's way either; else one side's lines. */
function mergeLines(lines: Versions<readonly string[]>, resolve: Decide): readonly string[] {
  let isClean = true;
  const tokens = mapped(lines, (some) => some.join("").match(TOKENS) ?? []);
  const merged = mergeItems(tokens, ({ base }) => {
    isClean = false;
    return base;
  });
  if (isClean) return merged;
  const side = resolve(lines.base.length === 0);
  return side === "both" ? [...lines.left, ...lines.right] : lines[side];
}

const mapped = <A, B>({ base, left, right }: Versions<A>, f: (a: A) => B): Versions<B> => ({
  base: f(base),
  left: f(left),
  right: f(right),
});

/** The side that changed; either one when both did. */
function eitherOf<T>(versions: Versions<T>, resolve: Decide): T {
  const { base, left, right } = versions;
  if (left === right || right === base) return left;
  return left === base || resolve(false) === "right" ? right : left;
}

function mergeItems({ base, left, right }: Versions<readonly string[]>, resolve: Resolve): string[] {
  const out: string[] = [];
  let at = 0;
  for (const { start, end, changes } of overlaps([
    ...changesOf(base, left, "left"),
    ...changesOf(base, right, "right"),
  ])) {
    const by = (side: Side) =>
      rewritten(
        base,
        { start, end },
        changes.filter((change) => change.side === side),
      );
    const versions = { base: base.slice(start, end), left: by("left"), right: by("right") };
    out.push(...base.slice(at, start), ...settled(versions, resolve));
    at = end;
  }
  return [...out, ...base.slice(at)];
}

function settled(versions: Versions<readonly string[]>, resolve: Resolve): readonly string[] {
  const { base, left, right } = mapped(versions, (items) => items.join(""));
  if (left === right || right === base) return versions.left;
  return left === base ? versions.right : resolve(versions);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** What a side has instead of `base[start, end)`. */
interface Change extends Span {
  readonly side: Side;
  readonly items: readonly string[];
}

/** The smallest set of changes, in order; one change of everything where that takes too long to find. */
function changesOf(base: readonly string[], other: readonly string[], side: Side): readonly Change[] {
  const parts = diffArrays([...base], [...other], { maxEditLength: MOST_CHANGES });
  if (parts === undefined) return [{ side, start: 0, end: base.length, items: other }];
  const changes: Change[] = [];
  let at = 0;
  for (const { added, removed, value } of parts) {
    const start = at;
    if (!added) at += value.length;
    if (!added && !removed) continue;
    const items = added ? value : [];
    const last = changes.at(-1);
    if (last?.end === start) changes[changes.length - 1] = { ...last, end: at, items: [...last.items, ...items] };
    else changes.push({ side, start, end: at, items });
  }
  return changes;
}

/** Changes that are in each other's way, together: they overlap, or both insert at one place. */
function overlaps(changes: readonly Change[]): readonly (Span & { readonly changes: readonly Change[] })[] {
  const groups: { start: number; end: number; changes: Change[] }[] = [];
  for (const change of changes.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const last = groups.at(-1);
    const isInsertedTwice = change.start === change.end && last?.start === change.start && last.end === change.end;
    if (last !== undefined && (change.start < last.end || isInsertedTwice)) {
      last.end = Math.max(last.end, change.end);
      last.changes.push(change);
    } else groups.push({ start: change.start, end: change.end, changes: [change] });
  }
  return groups;
}

/** A span of the base with one side's changes made. */
function rewritten(base: readonly string[], span: Span, changes: readonly Change[]): string[] {
  const out: string[] = [];
  let at = span.start;
  for (const { start, end, items } of changes) {
    out.push(...base.slice(at, start), ...items);
    at = end;
  }
  return [...out, ...base.slice(at, span.end)];
}
