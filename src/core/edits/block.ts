/**
 * A SEARCH/REPLACE block as lines that go and lines that come, and the other ways in which its text can be read when it
 * is nowhere in the file as it stands: inside fences, with line numbers, with HTML's escapes, with typographic quotes.
 */
import { diffArrays } from "diff";

import type { SearchReplaceBlock } from "../edit.ts";
import { fillElisions, isElision } from "./elision.ts";
import { isEscaped, signsOf, unescaped, withoutNumbers, withPlainQuotes } from "./disguise.ts";
import type { Hunk, HunkLine } from "./hunk.ts";
import { bareLines } from "./text-lines.ts";

/** Changes beyond which a block counts as rewritten whole. */
const MOST_CHANGES = 2_000;

/** Lines that both sides share are context; an ellipsis in the one is that in the other. */
export function blockAsHunk(block: SearchReplaceBlock): Hunk {
  const [before, after] = [bareLines(block.search), bareLines(block.replace)];
  const [olds, news] = [partsOf(before), partsOf(after)];
  if (olds.length === 1 || olds.length !== news.length) return { lines: changes(before, after) };
  const ellipses = before.filter(isElision);
  const lines = olds.flatMap((old, i): HunkLine[] => [
    ...changes(old, news[i] as string[]),
    ...(i < ellipses.length ? [{ op: "keep", text: ellipses[i] as string } as const] : []),
  ]);
  return { lines };
}

/** The lines between ellipses. */
function partsOf(lines: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  for (const line of lines) {
    if (isElision(line)) parts.push([]);
    else parts.at(-1)?.push(line);
  }
  return parts;
}

function changes(before: readonly string[], after: readonly string[]): HunkLine[] {
  const parts = diffArrays([...before], [...after], { maxEditLength: MOST_CHANGES });
  if (parts === undefined) return [...marked("remove", before), ...marked("add", after)];
  return parts.flatMap(({ added, removed, value }) => marked(added ? "add" : removed ? "remove" : "keep", value));
}

const marked = (op: HunkLine["op"], texts: readonly string[]): HunkLine[] => texts.map((text) => ({ op, text }));

export interface Reading {
  readonly search: string;
  readonly replace: string;
  readonly repair: string;
}

/** An ellipsis in the new text alone, replaced by the lines of SEARCH that it hides; null where that is not certain. */
export function completed(block: SearchReplaceBlock): Reading | null {
  const [before, after] = [bareLines(block.search), bareLines(block.replace)];
  const filled = before.some(isElision) ? null : fillElisions(after, before);
  if (filled === null) return null;
  return { search: block.search, replace: joined(filled), repair: "an ellipsis stands for unchanged lines" };
}

/** Whether REPLACE has an ellipsis that SEARCH does not have. */
export function addsElision(block: SearchReplaceBlock): boolean {
  const known = new Set(bareLines(block.search).map((line) => line.trim()));
  return bareLines(block.replace).some((line) => isElision(line) && !known.has(line.trim()));
}

/** Other readings of a block, the likeliest first; `text` is the file in which it was not found. */
export function otherReadings(block: SearchReplaceBlock, text: string): Reading[] {
  const all = [unfenced(block), withoutPath(block), unnumbered(block), unescapedBlock(block), unquoted(block, text)];
  return all.filter((reading) => reading !== null);
}

function unfenced(block: SearchReplaceBlock): Reading | null {
  const [search, replace] = [insideFence(block.search), insideFence(block.replace)];
  if (search === null || (replace === null && block.replace !== "")) return null;
  return { search, replace: replace ?? "", repair: "fences inside the block ignored" };
}

const insideFence = (text: string): string | null => /^\s*```[^`\n]*\n([^]*\n|)\s*```\s*$/.exec(text)?.[1] ?? null;

/** A first line such as `// src/a.ts` that names the file. */
function withoutPath(block: SearchReplaceBlock): Reading | null {
  const [first, ...search] = bareLines(block.search);
  const named = /^\s*(?:\/\/|#|--|\/\*|<!--)\s*(?:file(?:name)?:?\s+)?(\S+)\s*(?:\*\/|-->)?$/i.exec(first ?? "")?.[1];
  if (named === undefined || search.length === 0 || !(named === block.path || block.path.endsWith(`/${named}`))) {
    return null;
  }
  const replace = bareLines(block.replace);
  if (replace[0] === first) replace.shift();
  return { search: joined(search), replace: joined(replace), repair: "comment with the file's path ignored" };
}

function unnumbered(block: SearchReplaceBlock): Reading | null {
  const search = withoutNumbers(bareLines(block.search));
  if (search === null) return null;
  const after = bareLines(block.replace);
  const replace = withoutNumbers(after) ?? (after.some((line) => /^\s*\d+\s*[|:│→\t]/.test(line)) ? null : after);
  if (replace === null) return null;
  return { search: joined(search), replace: joined(replace), repair: "line numbers ignored" };
}

function unescapedBlock(block: SearchReplaceBlock): Reading | null {
  if (!isEscaped(block.search + block.replace)) return null;
  return { search: unescaped(block.search), replace: unescaped(block.replace), repair: "HTML escapes undone" };
}

/** New lines may not hold a typographic character that the file uses itself: it could be meant. */
function unquoted(block: SearchReplaceBlock, text: string): Reading | null {
  const search = withPlainQuotes(block.search);
  const own = signsOf(text);
  const olds = new Set(bareLines(block.search));
  const fresh = bareLines(block.replace).filter((line) => !olds.has(line));
  if (search === block.search || [...signsOf(fresh.join("\n"))].some((sign) => own.has(sign))) return null;
  return { search, replace: withPlainQuotes(block.replace), repair: "typographic characters made plain" };
}

const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
