/**
 * What happens next, decided from the context and the record of calls alone: an answer that was paid for and not used, a
 * correction of the last edit, or a new question. A resumed run therefore decides as the one that was killed did.
 */
import type { ChatMessage, Exchange, ModelAnswer } from "../../core/exchange.ts";
import type { PromptSettings } from "../../core/task.ts";
import { promptTokens } from "../../models/tokens.ts";
import type { ModelGateway } from "../../models/types.ts";
import { programScope } from "../../workspace/program.ts";
import { knownCandidates } from "../literals/literal-proposal.ts";
import type { ProposerContext } from "../types.ts";
import { type ModelDetail, type OwnTrial, ownTrials } from "./detail.ts";
import { buildPrompt, correctionMessage, programSection, type PromptView, tokenLimit } from "./prompt.ts";
import { type ReadAnswer, readAnswer, type Target } from "./read-answer.ts";
import { type AnswerRecord, isResting, nonsenseOf, overflowTokens, trialOf } from "./service.ts";
import type { Ask, ChooseAsk } from "./types.ts";

export interface ModelOptions {
  readonly gateway: ModelGateway;
  readonly choose: ChooseAsk;
  readonly settings: PromptSettings;
  /** How much of the history is shown; default: all of the paper's window. */
  readonly view?: PromptView;
}

/** An answer of an exchange, read. */
export interface Chosen {
  readonly exchange: Exchange;
  readonly answer: number;
  readonly read: ReadAnswer;
}

/** A question to a model. */
export interface Call {
  readonly ask: Ask;
  readonly messages: readonly ChatMessage[];
  /** Estimated. */
  readonly tokens: number;
  readonly samples: number;
  /** Times in a row that the model is shown its error, this time included; 0 for a new question. */
  readonly resample: number;
  readonly notes: readonly string[];
}

/** Characters of an answer that are shown to its author again. */
const LONGEST_SHOWN = 100_000;
/** Exchanges that may hold unused answers. */
const SPARE_EXCHANGES = 8;
/** Questions in a row, each with all its corrections, that a model may answer with nonsense. */
const NONSENSE = 8;

/** The program that an edit is for. */
export const targetOf = (context: ProposerContext): Target => ({
  program: context.program(context.champion.candidate),
  inScope: programScope(context.task),
});

/** What the models answered so far. */
export const answersOf = (context: ProposerContext, { settings }: ModelOptions): AnswerRecord => ({
  own: ownTrials(context),
  trial: context.trial,
  patience: NONSENSE * (1 + settings.resamples),
});

/** The first of these answers that applies and gives a program that was not tried. */
export function pickAnswer(context: ProposerContext, exchange: Exchange, indices: readonly number[]): Chosen | null {
  const target = targetOf(context);
  const known = knownCandidates(context);
  for (const answer of indices) {
    const given = exchange.reply.answers[answer];
    const read = given === undefined ? null : readAnswer(given, target);
    if (read !== null && read.candidate !== null && !known.has(read.candidate)) return { exchange, answer, read };
  }
  return null;
}

/** Of all its answers, from 0. */
export const indicesOf = ({ reply }: Exchange): number[] => [...reply.answers.keys()];

/**
 * An answer that was paid for and not used, to a question about the present program; the newest question first. What was
 * asked for this very trial does not count: a resumed run finds it by asking again, and decides as it did before.
 */
export function spareAnswer(context: ProposerContext, { gateway }: ModelOptions): Chosen | null {
  const own = ownTrials(context);
  const program = programSection(context);
  for (const exchange of gateway.recent().slice(-SPARE_EXCHANGES).toReversed()) {
    const used = own.flatMap(({ detail }) => (detail.exchange === exchange.exchange ? [detail.answer] : []));
    const isSpare = trialOf(exchange) < context.trial && exchange.request.messages[1]?.content.startsWith(program);
    const unused = indicesOf(exchange).filter((index) => !used.includes(index));
    const chosen = isSpare === true ? pickAnswer(context, exchange, unused) : null;
    if (chosen !== null) return chosen;
  }
  return null;
}

/**
 * The next question; null when no model is worth asking. `failed`: calls that failed while this very trial was being
 * proposed; their models are not asked again, except with a shorter prompt after an overflow.
 */
export function planCall(context: ProposerContext, options: ModelOptions, failed: readonly Exchange[]): Call | null {
  const answers = answersOf(context, options);
  const recent = [...options.gateway.recent(), ...failed];
  const isOut = (model: string): boolean =>
    nonsenseOf(model, answers) !== null ||
    failed.some((call) => call.model === model && call.reply.failure?.kind !== "context-overflow");
  const correction = failed.length > 0 ? null : correctionOf(context, { ...options, recent }, answers.own.at(-1));
  if (correction !== null && !isOut(correction.ask.model)) return correction;
  const first = options.choose(context);
  if (first === null) return null;
  const notes = failed.map(({ model, reply }) => `${model}: ${reply.failure?.message ?? ""}`);
  const models = new Set([first.model, ...options.gateway.models.map(({ name }) => name)]);
  const resting = [...models].filter((model) => isResting(model, recent, context.trial));
  const ready = [...models].filter((model) => !resting.includes(model));
  // Those that rest are the last resort, but not what every trial waits for.
  for (const model of failed.length > 0 ? [...ready, ...resting] : ready) {
    const call = isOut(model) ? null : newQuestion(context, { ...options, ask: { ...first, model }, recent });
    if (call !== null) return { ...call, notes: [...notes, ...call.notes] };
  }
  return null;
}

interface Asking extends ModelOptions {
  readonly recent: readonly Exchange[];
}

/** Null when the model has already refused a prompt no longer than the shortest there can be. */
function newQuestion(context: ProposerContext, options: Asking & { readonly ask: Ask }): Call | null {
  const { ask, settings, view, recent } = options;
  const overflow = overflowTokens(ask.model, recent);
  const tokens = Math.min(settings.tokens, Math.floor(overflow / 2));
  const contextTokens = contextOf(options.gateway, ask.model);
  const prompt = buildPrompt(context, { settings: { ...settings, tokens }, ask, contextTokens, ...(view && { view }) });
  if (prompt.tokens >= overflow) return null;
  return { ...prompt, ask, samples: settings.samples, resample: 0 };
}

const contextOf = (gateway: ModelGateway, model: string): number | undefined =>
  gateway.models.find(({ name }) => name === model)?.contextTokens;

/** The conversation that shows a model why its last edit was invalid; null when there is nothing to correct, or no room. */
function correctionOf(context: ProposerContext, options: Asking, last: OwnTrial | undefined): Call | null {
  const { settings, recent, gateway } = options;
  if (last === undefined || !isCorrectable(last, context, settings.resamples)) return null;
  const { detail, record } = last;
  const exchange = recent.find(({ exchange: number }) => number === detail.exchange);
  const answer = exchange?.reply.answers[detail.answer];
  if (exchange === undefined || answer === undefined || !isConversation(answer)) return null;
  const messages: ChatMessage[] = [
    ...exchange.request.messages,
    { role: "assistant", content: answer.text.toWellFormed() },
    { role: "user", content: correctionMessage(record.outcome?.reason ?? "") },
  ];
  const tokens = promptTokens({ messages });
  const limit = tokenLimit({ settings, contextTokens: contextOf(gateway, detail.model) });
  if (tokens > limit || tokens >= overflowTokens(detail.model, recent)) return null;
  const ask = { model: detail.model, temperature: exchange.request.temperature, ...intentOf(detail) };
  return { ask, messages, tokens, samples: 1, resample: (detail.resample ?? 0) + 1, notes: [] };
}

const isCorrectable = ({ record, detail }: OwnTrial, context: ProposerContext, resamples: number): boolean =>
  record.outcome?.status === "invalid" &&
  record.parent === context.champion.candidate &&
  (detail.resample ?? 0) < resamples;

/** A refusal, an empty answer or one of megabytes is better asked for anew than shown again. */
const isConversation = ({ text, finish }: ModelAnswer): boolean =>
  finish !== "refusal" && text.trim() !== "" && text.length <= LONGEST_SHOWN;

const intentOf = ({ intent }: ModelDetail): { readonly intent?: string } => (intent === undefined ? {} : { intent });
