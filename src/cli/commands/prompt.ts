/** `strop prompt`: what a language model would be told next. Asks nothing, costs nothing, needs no key. */
import { StropError } from "../../core/errors.ts";
import type { ModelChoice, Task } from "../../core/task.ts";
import type { Journal } from "../../journal/journal.ts";
import { proposerContext } from "../../loop/research/proposer-context.ts";
import { priceTable } from "../../models/catalog/prices.ts";
import { resolveModel } from "../../models/catalog/resolve-model.ts";
import type { ModelGateway } from "../../models/types.ts";
import type { NextPrompt } from "../../propose/model/prompt-for-next.ts";
import { nextQuestion } from "../../propose/next-question.ts";
import { readAgenda } from "../../workspace/agenda.ts";
import { loadTask } from "../../workspace/load-task.ts";
import { EXIT } from "../exit-code.ts";
import { readRun } from "../read-run.ts";
import { shown } from "../screen/shown.ts";
import { bold, dim, say } from "../screen/style.ts";

export interface PromptOptions {
  readonly run?: string;
  readonly model?: string;
  readonly json?: boolean;
}

export async function promptCommand(folder: string, options: PromptOptions): Promise<number> {
  const { task, folder: taskFolder } = await loadTask(folder);
  const { journal, state } = readRun(taskFolder, options.run);
  try {
    const agenda = await readAgenda(taskFolder, task);
    // Who is asked, and how, the command line may have said; how long a prompt may be, the config alone says.
    const asking = { ...state.task, prompt: task.prompt };
    const models = choicesOf([...(state.task.models ?? []), ...(task.models ?? [])], state.task, options);
    const next = await nextQuestion(asking.proposer, proposerContext(journal, { ...state, task: asking }, agenda), {
      gateway: silentGateway(journal, models),
      models,
      settings: task.prompt,
      islands: asking.islands,
    });
    if (next === null)
      throw new StropError("run.no-prompt", "expected a model that is in service, found that all have failed", {
        hint: "`strop cost` shows the failures; name another model with --model",
      });
    process.stdout.write(options.json === true ? `${JSON.stringify(next)}\n` : promptText(next));
    return EXIT.done;
  } finally {
    journal.close();
  }
}

/** A name that stands for any model, so that a prompt can be read before one is chosen. */
const ANY = "any/model";

/** The models of the run's last session, or the one that `--model` names, as it is described in `known`. */
function choicesOf(
  known: readonly ModelChoice[],
  { models = [] }: Task,
  { model }: PromptOptions,
): readonly ModelChoice[] {
  if (model !== undefined) return [known.find((choice) => choice.model === model) ?? { model }];
  return models.length === 0 ? [{ model: ANY }] : models;
}

/** Remembers what the journal does, and is never asked. */
function silentGateway(journal: Journal, choices: readonly ModelChoice[]): ModelGateway {
  return {
    models: choices.map(factsOf),
    recent: () => journal.exchanges(64),
    spending: () => ({ spent: 0, inFlight: 0, limit: undefined }),
    ask: () => Promise.reject(new StropError("run.no-asking", "expected no question from `strop prompt`, found one")),
  };
}

/** What a run knows of a model; where its key is missing, which is not needed here, what config and tables say. */
function factsOf(choice: ModelChoice): ModelGateway["models"][number] {
  try {
    return resolveModel(choice, process.env);
  } catch (thrown) {
    if (!(thrown instanceof StropError)) throw thrown;
    const facts = priceTable(process.env)(choice.model);
    return {
      name: choice.model,
      price: choice.price ?? facts?.price,
      contextTokens: choice.contextTokens ?? facts?.contextTokens,
    };
  }
}

/** The messages to standard output as they are sent, but for what would drive a terminal; what is said about them to standard error. */
function promptText({ ask, messages, tokens, notes, spare }: NextPrompt): string {
  const temperature = ask.temperature === undefined ? "its default" : ask.temperature.toFixed(2);
  const about = [
    `${ask.model === ANY ? "no model chosen yet" : ask.model} · about ${tokens} tokens · temperature ${temperature}`,
    ...notes,
    ...(spare === null
      ? []
      : [`before this is asked, answer ${spare.answer + 1} of exchange ${spare.exchange} is used, which is paid for`]),
  ];
  say(about.map((line) => dim(line)).join("\n"));
  const sent = process.stdout.isTTY ? shown(messages) : messages;
  return `${sent.map(({ role, content }) => `${bold(`── ${role} ──`)}\n${content}`).join("\n\n")}\n`;
}
