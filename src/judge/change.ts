/** What an edit changes, in tokens: what it takes out and what it puts in, without what a changed place keeps at its ends. */
import type { Edit } from "../core/edit.ts";
import { tokensOf } from "../core/token-count.ts";

export interface Change {
  /** After the name of the file that they were in. */
  readonly removed: string[];
  readonly added: string[];
}

/** Tokens that an edit removes, and that it adds, of which so many are looked at. */
const LONGEST = 2_048;

export function changeOf(edit: Edit): Change {
  if (edit.kind === "unified-diff") return changeInDiff(edit.diff);
  if (edit.kind === "whole-files")
    return changeIn(edit.files.map(({ path, text }) => ({ path, before: "", after: text ?? "" })));
  return changeIn(edit.blocks.map(({ path, search, replace }) => ({ path, before: search, after: replace })));
}

export function changeInDiff(diff: string): Change {
  const lines = (place: string, mark: string): string =>
    place
      .split("\n")
      .flatMap((line) => (line.startsWith(mark) ? [line.slice(1)] : []))
      .join("\n");
  return changeIn(
    [...diff.matchAll(/^(?:---|\+\+\+) (.*)\n|(?:^[-+].*\n?)+/gm)].map(([place, path]) =>
      path === undefined ? { before: lines(place, "-"), after: lines(place, "+") } : { path, before: "", after: "" },
    ),
  );
}

interface Place {
  readonly path?: string;
  readonly before: string;
  readonly after: string;
}

function changeIn(places: readonly Place[]): Change {
  const [removed, added]: [string[], string[]] = [[], []];
  for (const { path, before, after } of places) {
    const [old, fresh] = withoutSharedEnds(tokensOf(before), tokensOf(after));
    if (path !== undefined) removed.push(path);
    for (const token of old) removed.push(token);
    for (const token of fresh) added.push(token);
  }
  return { removed: removed.slice(0, LONGEST), added: added.slice(0, LONGEST) };
}

/** Both lists without the tokens that both begin and end with. */
export function withoutSharedEnds(a: readonly string[], b: readonly string[]): [readonly string[], readonly string[]] {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)];
}
