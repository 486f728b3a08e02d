/** What joins programs, by two lines of descent or many edits of one program, makes an edit of what it joined, and tells of it in a line. */
import { applyEdit } from "../../core/edits/apply-edit.ts";
import { candidateId } from "../../core/candidate.ts";
import type { Edit, ProgramFiles } from "../../core/edit.ts";
import type { CandidateId } from "../../core/trial.ts";
import { checkSyntax } from "../../syntax/check-syntax.ts";
import { editBetween } from "../edit-between.ts";

/** From a program to what was joined; null where that is the same, was tried, or is no program. */
export async function joinedEdit(
  from: ProgramFiles,
  to: ProgramFiles,
  known: ReadonlySet<CandidateId>,
): Promise<Edit | null> {
  const edit = editBetween(from, to);
  const applied = edit === null ? null : applyEdit(from, edit, () => true);
  if (edit === null || !applied?.ok || known.has(candidateId(applied.files))) return null;
  return (await checkSyntax(applied.files, from)).length > 0 ? null : edit;
}

/** A description that may be quoted in another: one line. */
export const inOneLine = (description: string): string => description.replaceAll(/\p{Cc}+/gu, " ");
