/**
 * What proposers may use besides the history: language models behind one gateway, the user's coding agent, and the model that is
 * trained. Made once per session; everything they do and cost goes through the journal.
 */
import { dirname } from "node:path";

import { messageOf, StropError } from "../../core/errors.ts";
import type { Task } from "../../core/task.ts";
import type { Journal } from "../../journal/journal.ts";
import { startedState } from "../../journal/started-state.ts";
import { createGateway } from "../../models/gateway.ts";
import { recordTo } from "../../models/recording/recording.ts";
import { replayFrom } from "../../models/recording/replay.ts";
import { resolveModel } from "../../models/catalog/resolve-model.ts";
import { scrubber } from "../../models/recording/scrub.ts";
import type { ExchangeBook, LanguageModel } from "../../models/types.ts";
import { agentProposer } from "../../propose/agent/agent-proposer.ts";
import type { ProposerTools } from "../../propose/registry.ts";
import { openLanguagePolicy } from "../../propose/trainer/open-language-policy.ts";
import type { TrainerSettings } from "../../propose/trainer/settings.ts";
import { refuseInEnvironment } from "../folder/beside-the-run.ts";
import type { ClaimedFolder } from "../folder/claim-folder.ts";
import { journalBook } from "../exchange-book.ts";
import { makeFolder } from "../folder/make-folder.ts";
import type { RunObserver } from "./observer.ts";
import { watchModels, type WatchedModels } from "../watch-models.ts";

export interface ModelSources {
  /** The user's environment, for keys and addresses; default: this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Models that are ready to use, instead of those that the task names. */
  readonly models?: readonly LanguageModel[];
  /** File to which every exchange is appended. */
  readonly record?: string | undefined;
  /** File that answers instead of the models. */
  readonly replay?: string | undefined;
}

/**
 * The models of the task in `folder`. Throws a StropError (`models.…`) for a name, key, address or file that cannot work.
 */
export function openModels(task: Task, folder: string, sources: ModelSources = {}): readonly LanguageModel[] {
  const { env = process.env, record, replay } = sources;
  if (record !== undefined) refuseInEnvironment(folder, "--record", record);
  const scrub = scrubber(env);
  const choices = task.models ?? [];
  if (replay !== undefined) return replayed(replayFrom(replay, { scrub }), choices, replay);
  const models = sources.models ?? choices.map((choice) => resolveModel(choice, env));
  if (record === undefined) return models;
  // `.strop` is not there before a first run.
  try {
    makeFolder(dirname(record));
  } catch (cause) {
    throw new StropError("models.recording", `${record}: expected a file that can be written: ${messageOf(cause)}`, {
      hint: "give --record a path where you may write",
      cause,
    });
  }
  return models.map(recordTo(record, { scrub }));
}

/** A recording stands in for the task's models, or is what names them. */
function replayed(
  recorded: readonly LanguageModel[],
  choices: NonNullable<Task["models"]>,
  file: string,
): readonly LanguageModel[] {
  if (choices.length === 0) return recorded;
  return choices.map(({ model }) => {
    const found = recorded.find(({ name }) => name === model);
    if (found !== undefined) return found;
    const names = recorded.map(({ name }) => name).join(", ") || "none";
    throw new StropError("models.not-recorded", `expected answers of ${model} in ${file}, found those of: ${names}`, {
      hint: "name a recorded model with --model, or record another run",
    });
  });
}

/** `troubles` also says why the agent is not asked now. */
export interface SessionTools extends Pick<WatchedModels, "moneyReason" | "troubles"> {
  /** Milliseconds until a model or an agent that worked in this session, and does not now, may do so again; undefined for none. */
  recoversInMs(): number | undefined;
  readonly tools: ProposerTools;
  /** Ends what was started for proposers. */
  close(): void;
}

export interface SessionToolsOptions {
  readonly task: Task;
  readonly folder: string;
  readonly claimed: ClaimedFolder;
  readonly journal: Journal;
  readonly models: readonly LanguageModel[];
  readonly sources: ModelSources;
  /** The open language model of the proposer `language-policy`, and where the run keeps what it learns. */
  readonly languagePolicy?: { readonly settings: TrainerSettings; readonly folder: string } | undefined;
  readonly now: () => number;
  /** Its `note` is told when a model that answered before, or was never asked, fails. */
  readonly observer: RunObserver;
}

export function sessionTools(options: SessionToolsOptions): SessionTools {
  const { task, folder, claimed, journal, models, now, sources, observer } = options;
  const book = watchedBook(journalBook(journal, now), journal, observer);
  const onTrouble = (sentence: string): void => observer.note?.(sentence);
  const scrub = scrubber(sources.env ?? process.env);
  const limit = task.stop.cost;
  const gateway = createGateway({ models, book, limit, scrub });
  const watched = watchModels(gateway, onTrouble);
  const agent =
    task.agent === undefined
      ? undefined
      : agentProposer({
          choice: task.agent,
          folder,
          tempFolder: claimed.tempFolder,
          agentsFile: claimed.agentsFile,
          book,
          scrub,
          onRest: onTrouble,
          spending: () => ({ spent: book.spent(), inFlight: gateway.spending().inFlight, limit }),
        });
  const languagePolicy =
    options.languagePolicy &&
    openLanguagePolicy({
      ...options.languagePolicy,
      env: sources.env ?? process.env,
      edit: task.prompt?.edit,
      book,
      onRestart: onTrouble,
    });
  return {
    tools: {
      gateway: models.length === 0 ? undefined : watched.gateway,
      models: task.models ?? models.map(({ name }) => ({ model: name })),
      settings: task.prompt,
      agent,
      languagePolicy: languagePolicy?.proposer,
      islands: task.islands,
    },
    moneyReason: watched.moneyReason,
    troubles: () => [...watched.troubles(), ...[agent?.rest()?.reason ?? []].flat()],
    recoversInMs() {
      const leftMs = agent?.rest()?.leftMs ?? Number.POSITIVE_INFINITY;
      return watched.mayRecover() ? 0 : Number.isFinite(leftMs) ? leftMs : undefined;
    },
    close: () => languagePolicy?.close(),
  };
}

/** Tells whoever watches the run that a call begins, and that it is over. */
const watchedBook = (book: ExchangeBook, journal: Journal, observer: RunObserver): ExchangeBook => ({
  ...book,
  asked(call) {
    const exchange = book.asked(call);
    observer.modelAsked?.({ exchange, ...call }, startedState(journal));
    return exchange;
  },
  answered(key, record) {
    book.answered(key, record);
    observer.modelAnswered?.(record.exchange, startedState(journal));
  },
});
