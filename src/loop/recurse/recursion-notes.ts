/** What a reader of a recursion's report should know of its numbers. */
import { BUILTIN } from "../../propose/builtin/builtin-model.ts";
import type { RecursionSettings } from "./settings.ts";

export const recursionNotes = ({ models }: RecursionSettings): string[] =>
  models.includes(BUILTIN)
    ? [`${BUILTIN} is no language model: it makes small syntax-aware edits, and these numbers say nothing of one.`]
    : [];
