/** How a call that came to nothing is put: one sentence, and whether the same may work later. */
import { type ModelFailure, type ModelFailureKind, type ModelReply, NO_TOKENS } from "../core/exchange.ts";

/** Kinds after which asking later, or asking for less, can help. */
const PASSING: ReadonlySet<ModelFailureKind> = new Set([
  "unreachable",
  "rate-limited",
  "context-overflow",
  "server-error",
  "timed-out",
  "bad-response",
  "aborted",
]);

export const failure = (
  kind: ModelFailureKind,
  message: string,
  isPassing: boolean = PASSING.has(kind),
): ModelFailure => ({ kind, message, isPassing });

/** `45 s`, `90 min`. */
export const inWords = (ms: number): string =>
  ms < 120_000 ? `${Math.ceil(ms / 1000)} s` : `${Math.ceil(ms / 60_000)} min`;

/** A reply without an answer. */
export const failedReply = (
  failed: ModelFailure,
  spent: Partial<Pick<ModelReply, "usage" | "attempts" | "wallSeconds">> = {},
): ModelReply => ({ answers: [], usage: NO_TOKENS, failure: failed, attempts: 0, wallSeconds: 0, ...spent });

export const aborted = (name: string): ModelFailure => failure("aborted", `the call of ${name} was called off`);
