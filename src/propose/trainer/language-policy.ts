/**
 * An open language model as the policy (autoresearch-rl §4.1): it is shown what other models are shown, writes an edit, and learns by
 * PPO from the verdicts. It keeps nothing between calls: answers are in the record of calls, weights in checkpoints that notes name.
 */
import { StropError } from "../../core/errors.ts";
import type { PromptSettings } from "../../core/task.ts";
import type { Scrubber } from "../../models/recording/scrub.ts";
import type { ExchangeBook } from "../../models/types.ts";
import { targetOf } from "../model/plan.ts";
import { buildPrompt, type Prompt } from "../model/prompt.ts";
import { readAnswer } from "../model/read-answer.ts";
import type { Proposal, Proposer, ProposerContext } from "../types.ts";
import { type Answered, answerOnce } from "./answers.ts";
import { detailOf } from "./notes.ts";
import type { Opened } from "./protocol.ts";
import { type Recalled, recall } from "./recall.ts";
import type { ChosenSettings } from "./settings.ts";
import type { Trainer } from "./trainer.ts";

export interface LanguagePolicyOptions {
  readonly trainer: Trainer;
  readonly settings: ChosenSettings;
  /** Notation that is asked for; default SEARCH/REPLACE. */
  readonly edit?: PromptSettings["edit"] | undefined;
  /** Where answers are kept, so that none is drawn twice and all can be learned from. */
  readonly book: ExchangeBook;
  /**
   * Takes secrets out of a prompt before it is asked, so that the record, the tokens that are learned from and the adapters hold none, and
   * what is learned from is what was asked.
   */
  readonly scrub: Scrubber;
}

/**
 * A proposer named `language-policy`. Null for a program without files, and when called off. Rejects as the trainer does, and with
 * StropError `trainer.program-too-long`.
 */
export function languagePolicy(options: LanguagePolicyOptions): Proposer {
  const { trainer, settings, book } = options;
  return {
    name: "language-policy",
    async propose(context, signal) {
      if (Object.keys(context.program(context.champion.candidate)).length === 0) return null;
      try {
        const model = await trainer.open(signal);
        const recalled = await recall(context, { trainer, book, base: model.base, batch: settings.batch }, signal);
        const asking = { ...options, model, recalled };
        return asProposal(context, { ...asking, ...(await ask(context, asking, signal)) });
      } catch (thrown) {
        if (signal.aborted) return null;
        throw thrown;
      }
    },
  };
}

interface Asking extends LanguagePolicyOptions {
  readonly model: Opened;
  readonly recalled: Recalled;
}

/** Half of the budget each time that the model's own count of tokens says that the prompt is too long. */
async function ask(context: ProposerContext, options: Asking, signal: AbortSignal): Promise<Answered> {
  const { trainer, settings, book, model, recalled } = options;
  const { checkpoint } = recalled;
  const { temperature, answerTokens: maxTokens } = settings;
  const seed = context.random.fork("answer").integer(2 ** 31);
  let tokens = settings.promptTokens;
  let { messages } = promptOf(context, { ...options, tokens });
  for (;;) {
    const request = { checkpoint, messages, seed, temperature, maxTokens };
    const question = { ...request, trial: context.trial, model: settings.model };
    try {
      return await answerOnce(book, question, () => trainer.sample(request, signal));
    } catch (thrown) {
      if (!(thrown instanceof StropError && thrown.code === "trainer.prompt.too-long")) throw thrown;
      tokens /= 2;
      const shorter = promptOf(context, { ...options, tokens });
      if (shorter.tokens > tokens && JSON.stringify(shorter.messages) === JSON.stringify(messages))
        throw tooLong(shorter, model, thrown);
      ({ messages } = shorter);
    }
  }
}

function promptOf(
  context: ProposerContext,
  { edit = "search-replace", settings, tokens, scrub }: Asking & { readonly tokens: number },
): Prompt {
  const { model, temperature } = settings;
  const prompt = buildPrompt(context, {
    settings: { tokens, samples: 1, resamples: 0, edit },
    ask: { model, temperature },
  });
  return { ...prompt, messages: prompt.messages.map(({ role, content }) => ({ role, content: scrub(content) })) };
}

const tooLong = ({ tokens }: Prompt, { context }: Opened, cause: unknown): StropError =>
  new StropError(
    "trainer.program-too-long",
    `expected rules and program to fit into the model's ${context} tokens, found about ${tokens}`,
    {
      hint: "make fewer files part of the program, shorten the answer (--policy-option answer=…), or take a model with a longer context",
      cause,
    },
  );

function asProposal(context: ProposerContext, { key, answer, model, recalled, settings }: Asking & Answered): Proposal {
  const read = readAnswer(answer, targetOf(context));
  return {
    edit: read.edit,
    ...(read.problem !== undefined && { problem: read.problem }),
    parent: context.champion.candidate,
    description: read.description,
    detail: detailOf({
      key,
      base: model.base,
      checkpoint: recalled.checkpoint,
      temperature: settings.temperature,
      value: answer.value,
      ...(read.repairs.length > 0 && { repairs: [...read.repairs] }),
      ...(recalled.learned && { learned: recalled.learned }),
    }),
  };
}
