/**
 * How unlike the earlier edits an edit is: edit distance over tokens of what changes, to the nearest of them
 * (autoresearch-rl §6.3). Cost is bounded: long changes are compared by their first COMPARED tokens.
 */
import type { Edit } from "../core/edit.ts";
import { remember } from "../core/remember.ts";
import { tokensOf } from "../core/token-count.ts";

/** Tokens of an edit that are compared. */
const COMPARED = 128;
/** Earlier edits that are compared: the window of §4.3. */
const WINDOW = 32;

/** Distance in [0, 1] to the nearest of the last 32 `earlier` edits; 1 if there are none. */
export function noveltyDistance(edit: Edit, earlier: readonly Edit[]): number {
  const tokens = changedTokens(edit);
  return earlier
    .slice(-WINDOW)
    .reduce((nearest, other) => Math.min(nearest, distance(tokens, changedTokens(other))), 1);
}

/** Tokens that an edit removes and adds, without what its two sides share at their ends. It is compared with the 32 after it. */
const changedTokens = remember((edit: Edit): readonly string[] => {
  if (edit.kind === "unified-diff") {
    return tokensOf(
      edit.diff
        .split("\n")
        .filter((line) => /^[-+]/.test(line))
        .join("\n"),
    ).slice(0, COMPARED);
  }
  if (edit.kind === "whole-files") {
    return edit.files.flatMap(({ path, text }) => [path, ...tokensOf(text ?? "")]).slice(0, COMPARED);
  }
  return edit.blocks
    .flatMap(({ path, search, replace }) => {
      const [before, after] = withoutSharedEnds(tokensOf(search), tokensOf(replace));
      return [path, ...before, "→", ...after];
    })
    .slice(0, COMPARED);
});

function withoutSharedEnds(a: readonly string[], b: readonly string[]): [readonly string[], readonly string[]] {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)];
}

/** Levenshtein distance over the longer length; 0 for two empty lists. */
function distance(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 && b.length === 0) return 0;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return (row[b.length] as number) / Math.max(a.length, b.length);
}
