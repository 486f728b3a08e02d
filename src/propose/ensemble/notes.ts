/** What a trial's notes (`detail`) say; they come from the journal, so nothing about their shape is taken for granted. */
import type { TrialRecord } from "../../core/trial.ts";

/** A text among a trial's notes; undefined if there is none. */
export function noteOf({ detail }: Pick<TrialRecord, "detail">, key: string): string | undefined {
  const notes = typeof detail === "object" && detail !== null && !Array.isArray(detail) ? detail : {};
  const note: unknown = Object.hasOwn(notes, key) ? Reflect.get(notes, key) : undefined;
  return typeof note === "string" ? note : undefined;
}

/** The model that a trial's proposal came from; undefined for a trial without one. */
export const modelOf = (record: Pick<TrialRecord, "detail">): string | undefined => noteOf(record, "model");
