/** What a trial's notes (`detail`) say; they come from the journal, so nothing about their shape is taken for granted. */
import { fieldsOf } from "../../core/json.ts";
import type { TrialRecord } from "../../core/trial.ts";

/** A text among a trial's notes; undefined if there is none. */
export function noteOf({ detail }: Pick<TrialRecord, "detail">, key: string): string | undefined {
  const note = fieldsOf(detail)[key];
  return typeof note === "string" ? note : undefined;
}

/** The model that a trial's proposal came from; undefined for a trial without one. */
export const modelOf = (record: Pick<TrialRecord, "detail">): string | undefined => noteOf(record, "model");

/** A finite number among a trial's notes; undefined if there is none. */
export function numberOf({ detail }: Pick<TrialRecord, "detail">, key: string): number | undefined {
  const note = fieldsOf(detail)[key];
  return typeof note === "number" && Number.isFinite(note) ? note : undefined;
}

/** Whether a trial's notes say `true` to it. */
export const flagOf = ({ detail }: Pick<TrialRecord, "detail">, key: string): boolean => fieldsOf(detail)[key] === true;
