/** What the model's proposals note in the journal: which answer they are. Everything else follows from the exchange. */
import type { Json, JsonObject } from "../../core/json.ts";
import type { TrialRecord } from "../../core/trial.ts";
import type { ProposerContext } from "../types.ts";

export interface ModelDetail extends JsonObject {
  /** Number of the exchange (core/exchange.ts). */
  readonly exchange: number;
  /** Index of the answer in it. */
  readonly answer: number;
  readonly model: string;
  /** Null: the provider's default. */
  readonly temperature: number | null;
  /** What had to be forgiven when the answer was read. */
  readonly repairs?: readonly string[];
  /** How many times in a row the model had been shown its error; absent for a first attempt. */
  readonly resample?: number;
  /** The ask's intent. */
  readonly intent?: string;
  /** Failures of models and cuts of the prompt on the way to this answer. */
  readonly notes?: readonly string[];
}

/** The note of a trial that a model proposed; null for all others. */
export function modelDetail(detail: Json): ModelDetail | null {
  if (typeof detail !== "object" || detail === null || Array.isArray(detail)) return null;
  const { exchange, answer, model } = detail as JsonObject;
  const isOurs = typeof exchange === "number" && typeof answer === "number" && typeof model === "string";
  return isOurs ? (detail as ModelDetail) : null;
}

export interface OwnTrial {
  readonly record: TrialRecord;
  readonly detail: ModelDetail;
}

/** The trials that models proposed, running ones too, in order of their numbers. */
export const ownTrials = ({ history, pending }: ProposerContext): readonly OwnTrial[] =>
  [...history, ...pending]
    .toSorted((a, b) => a.trial - b.trial)
    .flatMap((record) => {
      const detail = modelDetail(record.detail);
      return detail === null ? [] : [{ record, detail }];
    });
