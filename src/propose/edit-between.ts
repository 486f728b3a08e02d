/** From two versions of a program to the edit between them: SEARCH/REPLACE blocks or whole files, whichever is shorter. */
import { diffArrays } from "diff";

import { applyEdit } from "../core/edits/apply-edit.ts";
import type { Edit, ProgramFiles, SearchReplaceBlock, WholeFile } from "../core/edit.ts";
import { frozenProblem } from "../core/edits/marked-regions.ts";
import { changeOf, type Replacement } from "./replacements.ts";

/** Beyond this many changed lines a file is written anew: finding the smallest difference takes quadratic time. */
const MAX_CHANGED_LINES = 1_000;

/** The files and nothing that every object has besides: one may be named `constructor`. */
export const bareFiles = (files: ProgramFiles): ProgramFiles =>
  Object.assign(Object.create(null) as Record<string, string>, files);

/**
 * Null when they are the same, or differ in nothing that an edit can say (line endings of a whole file).
 * Applied to the first, it needs no repair. One that changes what is frozen is given all the same: who applies it says why
 * it is refused.
 */
export function editBetween(from: ProgramFiles, to: ProgramFiles): Edit | null {
  const [before, after] = [bareFiles(from), bareFiles(to)];
  const inScope = (path: string) => path in before || path in after;
  const edits = [blocksBetween(before, after), wholeFiles(before, after)]
    .filter((edit) => edit !== null)
    .toSorted((a, b) => JSON.stringify(a).length - JSON.stringify(b).length);
  const applying = edits.find((edit) => {
    const applied = applyEdit(before, edit, inScope);
    return applied.ok && applied.repairs.length === 0;
  });
  const isFrozen = () => Object.entries(before).some(([path, text]) => frozenProblem(text, after[path]) !== null);
  return applying ?? (isFrozen() ? (edits[0] ?? null) : null);
}

function wholeFiles(before: ProgramFiles, after: ProgramFiles): Edit {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const files: WholeFile[] = paths
    .filter((path) => before[path] !== after[path])
    .map((path) => ({ path, text: after[path] ?? null }));
  return { kind: "whole-files", files };
}

/** Null where blocks cannot say it: a file is gone, or was written anew. */
function blocksBetween(before: ProgramFiles, after: ProgramFiles): Edit | null {
  if (Object.keys(before).some((path) => after[path] === undefined)) return null;
  const replacements: Replacement[] = [];
  const created: SearchReplaceBlock[] = [];
  for (const [path, text] of Object.entries(after)) {
    const old = before[path];
    if (old === text) continue;
    if (old === undefined) created.push({ path, search: "", replace: text });
    else {
      const changes = changedLines(path, old, text);
      if (changes === null) return null;
      replacements.push(...changes);
    }
  }
  const changed = changeOf(before, replacements)?.edit;
  if (replacements.length > 0 && changed?.kind !== "search-replace") return null;
  const blocks = changed?.kind === "search-replace" ? changed.blocks : [];
  return { kind: "search-replace", blocks: [...blocks, ...created] };
}

function changedLines(path: string, before: string, after: string): Replacement[] | null {
  const parts = diffArrays(linesOf(before), linesOf(after), { maxEditLength: MAX_CHANGED_LINES });
  if (parts === undefined) return null;
  const out: Replacement[] = [];
  let at = 0;
  for (const { added, removed, value } of parts) {
    const text = value.join("");
    const last = out.at(-1);
    const isNext = last !== undefined && last.end === at;
    const [end, inserted] = removed ? [at + text.length, ""] : [at, added ? text : ""];
    if (!added && !removed) at += text.length;
    else if (isNext) out[out.length - 1] = { ...last, end, text: last.text + inserted };
    else out.push({ path, start: at, end, text: inserted });
    if (removed) at = end;
  }
  return out;
}

const linesOf = (text: string): string[] => text.split(/(?<=\n)/);
