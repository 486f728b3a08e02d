/** What a self-programming run came to, read from its journal: what pictures, tables and the last words are made of. */
import type { Json } from "../../core/json.ts";
import type { OutcomeStatus, TrialRecord } from "../../core/trial.ts";
import type { Journal } from "../../journal/journal.ts";
import { finalPart, type FinalSubject, type FinalTraining } from "./networks/final-training.ts";
import { WRITER, type WriterTraining } from "./networks/network-writer.ts";
import { SOURCE_FILE } from "./reprogram-task.ts";
import { type RewardUpdate, UPDATES } from "./writer/reward-writer.ts";
import { type Generation, generationPart } from "./self-experiment.ts";
import { placeOf, type ReprogramSettings } from "./settings.ts";
import { repeatedTrial } from "./twins.ts";

export interface CandidateResult {
  readonly trial: number;
  readonly iteration: number;
  readonly status: OutcomeStatus;
  readonly score: number | null;
  readonly reason: string;
  readonly isKept: boolean;
  readonly description: string;
  readonly source: string;
  readonly parameters: number | null;
  readonly multiplications: number | null;
  readonly cpuSeconds: number;
  readonly curve: readonly number[];
}

export interface ReprogramResult {
  readonly settings: ReprogramSettings;
  /** Finished trials; the first is the initial source. */
  readonly candidates: readonly CandidateResult[];
  /** Experiment 1: every model that was trained in full. */
  readonly generations: readonly Generation[];
  /** Experiment 2: the training of the code model. */
  readonly writer: WriterTraining | null;
  /** Where the code model learned from rewards: its updates in order. */
  readonly updates: readonly RewardUpdate[];
  readonly finals: Readonly<Record<FinalSubject, readonly FinalTraining[]>>;
}

export function resultOf(journal: Journal, settings: ReprogramSettings): ReprogramResult {
  const trials = [...journal.trials()].filter(({ verdict }) => verdict !== null);
  const parts = new Map<string, Json>(trials.flatMap(({ trial }) => [...journal.parts(trial)]));
  const listed = <T>(nameOf: (i: number) => string): T[] => {
    const found: T[] = [];
    for (let i = 0; parts.has(nameOf(i)); i++) found.push(parts.get(nameOf(i)) as T);
    return found;
  };
  return {
    settings,
    candidates: trials.map((trial) => candidateOf(journal, trial, settings)),
    generations: listed<Generation>(generationPart),
    writer: (parts.get(WRITER) as WriterTraining | undefined) ?? null,
    updates: [...parts].flatMap(([name, value]) => (name.startsWith(UPDATES) ? [value as RewardUpdate] : [])),
    finals: {
      best: listed<FinalTraining>((seed) => finalPart("best", seed)),
      initial: listed<FinalTraining>((seed) => finalPart("initial", seed)),
    },
  };
}

function candidateOf(journal: Journal, trial: TrialRecord, settings: ReprogramSettings): CandidateResult {
  const { outcome } = trial;
  return {
    trial: trial.trial,
    iteration: placeOf(trial.trial, settings).iteration,
    status: outcome?.status ?? "interrupted",
    score: outcome?.score ?? null,
    reason: outcome?.reason ?? "",
    isKept: trial.verdict?.decision === "keep",
    description: trial.description,
    source: trial.candidate === null ? "" : (journal.program(trial.candidate)[SOURCE_FILE] ?? ""),
    parameters: outcome?.metrics["parameters"] ?? null,
    multiplications: outcome?.metrics["multiplications"] ?? null,
    cpuSeconds: outcome?.diagnostics.cpuSeconds ?? 0,
    curve: journal.curve(trial.trial).map(({ loss }) => loss),
  };
}

/** Candidates by whether they run: written ones alone, twins counted as what they are twins of. */
export function validity(
  { candidates }: ReprogramResult,
  iteration?: number,
): { readonly valid: number; readonly all: number } {
  const written = candidates.filter((one) => one.trial > 0 && (iteration === undefined || one.iteration === iteration));
  const broken = new Set(candidates.filter(isBroken).map(({ source }) => source));
  return { valid: written.filter(({ source }) => !broken.has(source)).length, all: written.length };
}

/** Refused before it ran, for another reason than that it ran before. */
const isBroken = ({ status, reason }: CandidateResult): boolean =>
  status === "invalid" && repeatedTrial({ status, reason }) === undefined;

/** The best source after each iteration, the initial one first. */
export function winners({ candidates, settings }: ReprogramResult): CandidateResult[] {
  const kept = candidates.filter(({ isKept }) => isKept);
  const last = Math.max(0, ...candidates.map(({ iteration }) => iteration));
  return Array.from({ length: (settings.arm === "none" ? 0 : last) + 1 }, (_, iteration) =>
    kept.findLast((one) => one.iteration <= iteration),
  ).filter((one) => one !== undefined);
}
