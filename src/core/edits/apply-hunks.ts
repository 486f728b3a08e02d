/** Hunks and blocks on one file of a draft: in which order, where each begins to look, and which line numbers are believed. */
import { addsElision, blockAsHunk, completed, otherReadings } from "./block.ts";
import { escapesInDoubt } from "./disguise.ts";
import { lineNumbers } from "./describe-missing.ts";
import { bomLength, existing, noteRepair, Refusal, type Draft } from "./draft.ts";
import type { SearchReplaceBlock } from "../edit.ts";
import { applyHunk, placeOf, type Applied, type Hunk } from "./hunk.ts";
import { bareLines, splitLines, withLineEndings } from "./text-lines.ts";

/** Replaces a block's text, as it stands if possible, else in the first other reading that is found. */
export function applyBlock(draft: Draft, block: SearchReplaceBlock): void {
  if (addsElision(block)) {
    const whole = completed(block);
    if (whole !== null) {
      applyBlock(draft, { ...block, ...whole });
      noteRepair(draft, block.path, whole.repair);
      return;
    }
  }
  if (replaceVerbatim(draft, block)) return;
  try {
    applyHunks(draft, block.path, [blockAsHunk(block)]);
  } catch (thrown) {
    if (!(thrown instanceof Refusal && thrown.isMissing)) throw thrown;
    if (
      !otherReadings(block, existing(draft, block.path)).some((reading) => applies(draft, { ...block, ...reading }))
    ) {
      throw thrown;
    }
  }
}

function applies(draft: Draft, block: SearchReplaceBlock & { readonly repair: string }): boolean {
  try {
    if (!replaceVerbatim(draft, block)) applyHunks(draft, block.path, [blockAsHunk(block)]);
  } catch (thrown) {
    if (thrown instanceof Refusal && thrown.isMissing) return false;
    throw thrown;
  }
  noteRepair(draft, block.path, block.repair);
  return true;
}

/** Whether the text was there exactly once, and is replaced. Throws where it is there more often. */
function replaceVerbatim(draft: Draft, block: SearchReplaceBlock): boolean {
  const text = existing(draft, block.path);
  const { eol } = splitLines(text);
  const search = withLineEndings(block.search, eol);
  // A last line without a line break is a place like any other, though not one to replace verbatim.
  const at = search === "" ? [] : occurrences(text.endsWith("\n") ? text : text + eol, search);
  if (at.length > 1) {
    const lines = at.map((offset) => text.slice(0, offset).split("\n").length - 1);
    throw new Refusal(
      `${block.path}: the SEARCH text occurs ${at.length} times, on ${lineNumbers(lines)}; expected exactly once`,
    );
  }
  if (at[0] === undefined || at[0] + search.length > text.length || addsElision(block)) return false;
  const doubt = escapesInDoubt(block.search, block.replace, text);
  if (doubt !== null) throw new Refusal(`${block.path}: ${doubt}`);
  if (search !== block.search) noteRepair(draft, block.path, "line endings adapted");
  const replacement = withLineEndings(block.replace, eol);
  draft.files.set(block.path, text.slice(0, at[0]) + replacement + text.slice(at[0] + search.length));
  return true;
}

/** More places than anybody reads about. */
const MOST_OCCURRENCES = 100;

/** Offsets of the occurrences, overlapping ones too. Text that ends in a line break means whole lines. */
function occurrences(text: string, search: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(search); at !== -1; at = text.indexOf(search, at + 1)) {
    if (!search.endsWith("\n") || at === bomLength(text) || at === 0 || text[at - 1] === "\n") found.push(at);
    if (found.length === MOST_OCCURRENCES) break;
  }
  return found;
}

/** Applies hunks in order, each after the one before it; if that fails, in the order of their places. */
export function applyHunks(draft: Draft, path: string, hunks: readonly Hunk[]): void {
  const original = existing(draft, path);
  const bom = original.slice(0, bomLength(original));
  const text = original.slice(bom.length);
  const claimed = withClaims(text, hunks);
  let result = inOrder(text, claimed);
  if (!result.ok && result.isMissing) {
    const sorted = inPlaceOrder(text, claimed);
    const again = sorted === null ? result : inOrder(text, sorted);
    if (again.ok) result = { ...again, repairs: [...again.repairs, "hunks put in order"] };
  }
  if (!result.ok) throw new Refusal(`${path}: ${result.reason}`, result.isMissing);
  for (const repair of result.repairs) noteRepair(draft, path, repair);
  draft.files.set(path, bom + result.text);
}

type Outcome =
  | { readonly ok: true; readonly text: string; readonly repairs: readonly string[] }
  | (Applied & { ok: false });

function inOrder(original: string, hunks: readonly Hunk[]): Outcome {
  const repairs: string[] = [];
  let text = original;
  let [from, changedTo, shift] = [0, 0, 0];
  for (const hunk of hunks) {
    const moved = { ...hunk, claimedAt: hunk.claimedAt === undefined ? undefined : hunk.claimedAt + shift };
    let result = applyHunk(text, moved, from);
    // Two hunks may share the lines between them as context.
    if (!result.ok && result.isMissing && changedTo < from) result = applyHunk(text, moved, changedTo);
    if (!result.ok) return result;
    repairs.push(...result.repairs);
    shift += result.grown;
    [from, changedTo, text] = [result.end, result.changedTo, result.text];
  }
  return { ok: true, text, repairs };
}

/** The hunks without their line numbers, if any of these is wrong about a place that is certain. */
function withClaims(text: string, hunks: readonly Hunk[]): readonly Hunk[] {
  if (hunks.every((hunk) => hunk.claimedAt === undefined)) return hunks;
  const plain = bareLines(text);
  const isWrong = (hunk: Hunk): boolean => {
    if (hunk.claimedAt === undefined) return false;
    const place = placeOf(plain, { ...hunk, claimedAt: undefined });
    return place.kind === "found" && place.start !== hunk.claimedAt;
  };
  return hunks.some(isWrong) ? hunks.map((hunk) => ({ ...hunk, claimedAt: undefined })) : hunks;
}

/** Sorted by their places in the text as it is; null when one of these is not certain. */
function inPlaceOrder(text: string, hunks: readonly Hunk[]): Hunk[] | null {
  if (hunks.length < 2) return null;
  const plain = bareLines(text);
  const placed: { hunk: Hunk; start: number }[] = [];
  for (const hunk of hunks) {
    const place = placeOf(plain, hunk);
    if (place.kind !== "found") return null;
    placed.push({ hunk, start: place.start });
  }
  return placed.sort((a, b) => a.start - b.start).map(({ hunk }) => hunk);
}
