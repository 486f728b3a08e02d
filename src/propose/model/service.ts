/**
 * What the record of calls says about a model's service. One that fails rests for a while, longer each time, so that a
 * server that is down costs a run a message and not a wait before every trial; one that answers nonsense rests too.
 */
import type { Exchange } from "../../core/exchange.ts";
import { promptTokens } from "../../models/tokens.ts";
import type { OwnTrial } from "./detail.ts";

/** Trials that a model rests at most. */
const LONGEST_REST = 32;

/** The trial that a call was made for; NaN for calls of others. */
export const trialOf = ({ purpose }: Exchange): number => Number(/^trial-(\d+)$/.exec(purpose)?.[1] ?? Number.NaN);

/** Why the newest call of `model` failed; null when it was answered, or never made. */
export function failureOf(model: string, recent: readonly Exchange[]): string | null {
  const last = recent.findLast((exchange) => exchange.model === model && isAboutService(exchange));
  return last === undefined || last.reply.failure === null ? null : `${model}: ${last.reply.failure.message}`;
}

/**
 * After k failures in a row that may pass, a model rests for 2^k trials. What failed for this very trial does not count: the
 * run was started again, perhaps with the cause removed. Failures that do not pass are the gateway's: it refuses such calls
 * without making them, until strop is started anew.
 */
export function isResting(model: string, recent: readonly Exchange[], trial: number): boolean {
  const calls = recent.filter((one) => one.model === model && isAboutService(one) && trialOf(one) < trial);
  const failed = calls.slice(calls.findLastIndex(({ reply }) => reply.failure === null) + 1);
  const last = failed.at(-1);
  if (last === undefined || last.reply.failure?.isPassing !== true) return false;
  return trial - trialOf(last) < Math.min(LONGEST_REST, 2 ** failed.length);
}

/** A prompt that was too long and a call that the user cut off say nothing about the model. */
const isAboutService = ({ reply }: Exchange): boolean =>
  reply.failure?.kind !== "context-overflow" && reply.failure?.kind !== "aborted";

export interface AnswerRecord {
  /** Trials that models proposed, in order. */
  readonly own: readonly OwnTrial[];
  /** Number of the trial that is to be proposed. */
  readonly trial: number;
  /** Invalid answers of a model in a row after which it rests. */
  readonly patience: number;
}

/** Says that a model's last `patience` answers were all invalid, the last not long ago; null otherwise. */
export function nonsenseOf(model: string, { own, trial, patience }: AnswerRecord): string | null {
  const finished = own.filter(({ record, detail }) => detail.model === model && record.outcome !== null);
  const invalid = finished.slice(finished.findLastIndex(({ record }) => record.outcome?.status !== "invalid") + 1);
  const last = invalid.at(-1)?.record;
  if (last === undefined || invalid.length < patience || trial - last.trial >= LONGEST_REST) return null;
  return `${model}: none of its last ${invalid.length} answers held a valid edit; the last: ${last.outcome?.reason ?? ""}`;
}

/** Estimated tokens of the shortest prompt that was too long for `model`; Infinity if there was none. */
export const overflowTokens = (model: string, recent: readonly Exchange[]): number =>
  recent
    .filter((exchange) => exchange.model === model && exchange.reply.failure?.kind === "context-overflow")
    .reduce((least, { request }) => Math.min(least, promptTokens(request)), Number.POSITIVE_INFINITY);
