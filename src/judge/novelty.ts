/**
 * How unlike the earlier edits an edit is: edit distance over tokens of what changes, to the nearest of them
 * (autoresearch-rl §6.3). What two edits remove is compared apart from what they add: two rewrites of one long function begin
 * with the same thousand tokens.
 */
import type { Edit } from "../core/edit.ts";
import { remember } from "../core/remember.ts";
import { changeOf, withoutSharedEnds } from "./change.ts";

/** Tokens between what two lists share at their ends that are compared; what follows is taken to differ as much. */
const COMPARED = 256;
/** Earlier edits that are compared: the window of §4.3. */
const WINDOW = 32;

/** Distance in [0, 1] to the nearest of the last 32 `earlier` edits; 1 if there are none. */
export function noveltyDistance(edit: Edit, earlier: readonly Edit[]): number {
  const change = changed(edit);
  return earlier.slice(-WINDOW).reduce((nearest, other) => Math.min(nearest, distance(change, changed(other))), 1);
}

/** An edit is compared with the 32 after it. */
const changed = remember(changeOf);

type Changed = ReturnType<typeof changed>;

/** Tokens in which the two differ over those of the longer; 0 for two that change nothing. */
function distance(a: Changed, b: Changed): number {
  const all = Math.max(a.removed.length, b.removed.length) + Math.max(a.added.length, b.added.length);
  return all === 0 ? 0 : (differing(a.removed, b.removed) + differing(a.added, b.added)) / all;
}

/** Tokens to replace, insert or delete, estimated for long lists; at most the length of the longer. */
function differing(a: readonly string[], b: readonly string[]): number {
  const [one, other] = withoutSharedEnds(a, b);
  const [longer, shorter] = [Math.max(one.length, other.length), Math.min(one.length, other.length)];
  if (shorter === 0) return longer;
  const compared = Math.min(longer, COMPARED);
  const estimate = (levenshtein(one.slice(0, COMPARED), other.slice(0, COMPARED)) * longer) / compared;
  return Math.max(estimate, longer - shorter);
}

function levenshtein(a: readonly string[], b: readonly string[]): number {
  let row = Uint16Array.from({ length: b.length + 1 }, (_, j) => j);
  let next = new Uint16Array(b.length + 1);
  for (let i = 1; i <= a.length; i++) {
    next[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(substituted, (row[j] as number) + 1, (next[j - 1] as number) + 1);
    }
    [row, next] = [next, row];
  }
  return row[b.length] as number;
}
