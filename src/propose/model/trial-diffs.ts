/** What each trial changed, as text. Read once and kept: prompts show the same trials again and again. */
import { bareLines } from "../../core/edits/text-lines.ts";
import type { Edit, ProgramFiles } from "../../core/edit.ts";
import type { CandidateId, TrialRecord } from "../../core/trial.ts";
import { diffPrograms } from "../../workspace/diff.ts";
import type { ProposerContext } from "../types.ts";

/** A diff against its parent, or the edit as it was written where that did not apply. */
export function diffReader(context: ProposerContext): (record: TrialRecord) => string {
  const shown = [...context.history, ...context.pending];
  const known = new Set<CandidateId | null>([
    ...shown.map(({ candidate }) => candidate),
    context.champion.candidate,
    context.baseline.candidate,
  ]);
  const read = (id: CandidateId | null): ProgramFiles | null =>
    id !== null && known.has(id) ? context.program(id) : null;
  const texts = new Map<number, string>();
  return (record) => {
    const found = texts.get(record.trial);
    if (found !== undefined) return found;
    const [before, after] = [read(record.parent), read(record.candidate)];
    const text =
      before !== null && after !== null
        ? diffPrograms(before, after).replaceAll(/^diff --git .*\n/gm, "")
        : asWritten(record.edit);
    texts.set(record.trial, text);
    return text;
  };
}

function asWritten(edit: Edit | null): string {
  if (edit === null) return "";
  if (edit.kind === "unified-diff") return edit.diff;
  const parts =
    edit.kind === "whole-files"
      ? edit.files.map(({ path, text }) => `--- ${path}\n${text === null ? "" : marked("+", text)}`)
      : edit.blocks.map(
          ({ path, search, replace }) => `--- ${path || "(no path)"}\n${marked("-", search)}${marked("+", replace)}`,
        );
  return parts.join("");
}

const marked = (mark: string, text: string): string =>
  bareLines(text)
    .map((line) => `${mark}${line}\n`)
    .join("");
