/**
 * What the language policy notes beside a proposal, for its later self: which recorded answer it is, which weights gave it, and now
 * and then which checkpoint an update has brought. It comes back from the journal, so nothing about its shape is taken for granted.
 */
import { z } from "zod";

import type { JsonObject } from "../../core/json.ts";
import type { TrialRecord } from "../../core/trial.ts";
import { updated } from "./protocol.ts";

const learned = z.object({
  /** Updates made so far. */
  updates: z.int().min(1),
  /** The newest trial that was learned from. */
  upTo: z.int().min(1),
  /** Own trials up to there that are still to be learned from. */
  undecided: z.array(z.int()).readonly().optional(),
  checkpoint: z.string(),
  report: updated.shape.report,
});

const notes = z.object({
  /** Names the exchange that holds question and answer. */
  key: z.string(),
  /** The base that the answering weights belong to. */
  base: z.string(),
  /** Null for the weights that the run began with. */
  checkpoint: z.string().nullable(),
  temperature: z.number(),
  /** V of the prompt. */
  value: z.number(),
  repairs: z.array(z.string()).optional(),
  /** Set on the first proposal after an update. */
  learned: learned.optional(),
});

export type Learned = Readonly<z.output<typeof learned>>;
export type Notes = Readonly<z.output<typeof notes>>;

const KEY = "languagePolicy";

export const detailOf = (noted: Notes): JsonObject => ({ [KEY]: noted as unknown as JsonObject });

/** The language policy's notes on a trial; undefined for a trial of somebody else. */
export const readNotes = ({ detail }: TrialRecord): Notes | undefined =>
  notes.safeParse((detail as JsonObject | null)?.[KEY]).data;
