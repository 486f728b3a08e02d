/** The edit that leads from one version of a program to another: blocks around what differs, or whole files. */
import { diffArrays } from "diff";

import { applyEdit } from "../../core/apply-edit.ts";
import { candidateId } from "../../core/candidate.ts";
import type { Edit, ProgramFiles } from "../../core/edit.ts";
import { splitLines } from "../../core/text-lines.ts";
import { changeOf, type Replacement } from "../replacements.ts";

/** Beyond this many changed lines a file is written anew. */
const MOST_CHANGES = 1_000;

/** Null if the two are the same, or if no edit says exactly this change. */
export function editBetween(from: ProgramFiles, to: ProgramFiles): Edit | null {
  const paths = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  const changed = paths.filter((path) => from[path] !== to[path]);
  if (changed.length === 0) return null;
  if (changed.every((path) => path in from && path in to)) {
    const replacements = changed.flatMap((path) => replacementsIn(path, from[path] as string, to[path] as string));
    return changeOf(from, replacements)?.edit ?? null;
  }
  const edit: Edit = { kind: "whole-files", files: changed.map((path) => ({ path, text: to[path] ?? null })) };
  const applied = applyEdit(from, edit, (path) => paths.includes(path));
  return applied.ok && candidateId(applied.files) === candidateId(to) ? edit : null;
}

function replacementsIn(path: string, before: string, after: string): Replacement[] {
  const [old, now] = [splitLines(before).lines, splitLines(after).lines];
  const parts = diffArrays([...old], [...now], { maxEditLength: MOST_CHANGES });
  if (parts === undefined) return [{ path, start: 0, end: before.length, text: after }];
  const out: Replacement[] = [];
  let at = 0;
  for (const { added, removed, value } of parts) {
    const text = value.join("");
    const start = at;
    if (!added) at += text.length;
    if (!added && !removed) continue;
    const last = out.at(-1);
    const isOneChange = last?.end === start;
    const replaced = { path, start: isOneChange ? last.start : start, end: at, text: added ? text : "" };
    if (isOneChange) out[out.length - 1] = { ...replaced, text: last.text + replaced.text };
    else out.push(replaced);
  }
  return out;
}
