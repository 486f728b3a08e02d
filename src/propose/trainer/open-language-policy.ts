/** The language policy with its worker, put together for one session of a run. */
import type { PromptSettings } from "../../core/task.ts";
import { scrubber } from "../../models/recording/scrub.ts";
import type { ExchangeBook } from "../../models/types.ts";
import type { Proposer } from "../types.ts";
import { languagePolicy } from "./language-policy.ts";
import { chooseSettings, type TrainerSettings } from "./settings.ts";
import { openTrainer } from "./trainer.ts";
import { trainerCommand } from "./worker.ts";

export interface LanguagePolicySession {
  readonly proposer: Proposer;
  /** Ends the worker. */
  close(): void;
}

export interface LanguagePolicySetup {
  readonly settings: TrainerSettings;
  /** The user's environment: where models are cached, which devices are seen, and what is secret. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where checkpoints are kept; made if missing. */
  readonly folder: string;
  /** Notation that is asked for. */
  readonly edit?: PromptSettings["edit"] | undefined;
  readonly book: ExchangeBook;
  /** Told when a worker died and another is started. */
  readonly onRestart: (sentence: string) => void;
}

/** Starts nothing yet: the first proposal does. */
export function openLanguagePolicy({
  env,
  folder,
  edit,
  book,
  onRestart,
  ...given
}: LanguagePolicySetup): LanguagePolicySession {
  const settings = chooseSettings(given.settings, env);
  const { python, model, device, rank, alpha, learningRate } = settings;
  const trainer = openTrainer({
    command: trainerCommand(python),
    env,
    model: { model, folder, device, rank, alpha, learning: { learningRate } },
    onRestart,
  });
  return { proposer: languagePolicy({ trainer, settings, edit, book, scrub: scrubber(env) }), close: trainer.close };
}
