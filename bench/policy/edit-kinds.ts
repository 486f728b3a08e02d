/** Which kind of edit a trial made, for the tables of how the mix changes. */
import type { TrialRecord } from "../../src/core/trial.ts";
import { OPERATORS } from "../../src/propose/policy/board.ts";
import { AT_LITERAL } from "../../src/propose/policy/moves.ts";
import { readNotes } from "../../src/propose/policy/notes.ts";
import type { EditKind } from "./runs.ts";

/** The operators that step a literal from where it is. */
const { down, up, quarterDown, quarterUp, farDown, farUp, vertex } = AT_LITERAL;
const STEPS: readonly number[] = [down, up, quarterDown, quarterUp, farDown, farUp, vertex];

export function kindOf(record: TrialRecord): EditKind {
  const notes = readNotes(record);
  const { rule, moved = {} } = (record.detail ?? {}) as { readonly rule?: unknown; readonly moved?: object };
  if (rule !== undefined) return "code";
  if (notes?.site === "whole" || Object.keys(moved).length > 1) return "many";
  return notes !== undefined && STEPS.includes(notes.action % OPERATORS) ? "step" : "jump";
}
