/**
 * What the policy notes beside a proposal, for its later self: the action and its probability, so that PPO can learn from it, and now and then
 * what was learned. They come back from the journal, so nothing about their shape is taken for granted.
 */
import { fieldsOf, isRecord, type Json, type JsonObject } from "../../core/json.ts";
import type { TrialRecord } from "../../core/trial.ts";
import type { Update } from "../../policy/own-trials.ts";

export interface Notes {
  /** Key of the site. */
  readonly site: string;
  /** site · operators + operator, on the board of that trial. */
  readonly action: number;
  readonly logProbability: number;
  readonly value: number;
  /** Actions that were found to lead nowhere before this one was drawn. */
  readonly banned: readonly number[];
  /** The champion's score then. */
  readonly best: number;
  /** Trials that were running then: their results were not known yet. */
  readonly pending: readonly number[];
  /** Which weights it began with. */
  readonly base: string;
  /** Set on the first proposal after an update. */
  readonly learned?: Learned;
}

/** The state of learning within a run. */
export interface Learned extends Update {
  /** The learned parameters in the order of their names, little-endian float32, base64. */
  readonly weights: string;
}

const KEY = "policy";

/** `detail` with the notes among it. */
export const withNotes = (detail: Json, notes: Notes): JsonObject => ({
  ...fieldsOf(detail),
  [KEY]: notes as unknown as JsonObject,
});

/** The policy's notes on a trial; undefined for a trial of somebody else. */
export function readNotes({ detail }: Pick<TrialRecord, "detail">): Notes | undefined {
  const notes = fieldsOf(detail)[KEY];
  if (!isRecord(notes)) return undefined;
  const { site, action, logProbability, value, banned, best, pending, base, learned } = notes;
  const isComplete =
    typeof site === "string" &&
    typeof base === "string" &&
    [action, logProbability, value, best].every(Number.isFinite) &&
    [banned, pending].every(isNumbers);
  if (!isComplete) return undefined;
  const { learned: _, ...rest } = notes as unknown as Notes;
  return isLearned(learned) ? { ...rest, learned } : rest;
}

const isLearned = (learned: unknown): learned is Learned =>
  isRecord(learned) &&
  Number.isInteger(learned["updates"]) &&
  Number.isInteger(learned["upTo"]) &&
  isNumbers(learned["undecided"] ?? []) &&
  typeof learned["weights"] === "string";

const isNumbers = (list: unknown): boolean => Array.isArray(list) && list.every(Number.isInteger);
