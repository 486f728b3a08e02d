/**
 * A language model as a proposer (autoresearch-rl §4.1): shows it the state, reads one edit out of its answer. It keeps
 * nothing between calls: what was asked is in the gateway's record, what was used in the trials' notes.
 */
import type { Exchange } from "../../core/exchange.ts";
import { StropError } from "../../core/errors.ts";
import type { Proposal, Proposer, ProposerContext } from "../types.ts";
import { type ModelDetail, ownTrials } from "./detail.ts";
import {
  type Call,
  type Chosen,
  answersOf,
  indicesOf,
  type ModelOptions,
  pickAnswer,
  planCall,
  spareAnswer,
  targetOf,
} from "./plan.ts";
import { readAnswer } from "./read-answer.ts";
import { failureOf, nonsenseOf } from "./service.ts";

/**
 * Proposes what models answer. Null when none of them is in service (`modelTroubles` says why) or the program has no
 * files. An answer without an edit is a proposal with a `problem`.
 */
export function modelProposer({ name = "model", ...options }: ModelOptions & { readonly name?: string }): Proposer {
  return {
    name,
    async propose(context, signal) {
      if (Object.keys(context.program(context.champion.candidate)).length === 0) return null;
      const spare = spareAnswer(context, options);
      if (spare !== null) return asProposal(context, spare, siblingNotes(context, spare.exchange));
      const answered = await askUntilAnswered(context, options, signal);
      return answered === null ? null : asProposal(context, chooseAnswer(context, answered.exchange), answered.call);
    },
  };
}

/** One sentence for each model that failed last or answers nonsense: why a run without another proposer ended. */
export function modelTroubles(context: ProposerContext, options: ModelOptions): readonly string[] {
  const answers = answersOf(context, options);
  const recent = options.gateway.recent();
  return options.gateway.models.flatMap(({ name }) => failureOf(name, recent) ?? nonsenseOf(name, answers) ?? []);
}

async function askUntilAnswered(
  context: ProposerContext,
  options: ModelOptions,
  signal: AbortSignal,
): Promise<{ readonly call: Call; readonly exchange: Exchange } | null> {
  const failed: Exchange[] = [];
  for (;;) {
    const call = planCall(context, options, failed);
    if (call === null) return null;
    const { ask, messages, samples } = call;
    const exchange = await options.gateway.ask(
      {
        model: ask.model,
        purpose: `trial-${context.trial}`,
        request: { messages, temperature: ask.temperature, samples },
      },
      signal,
    );
    if (signal.aborted) return null;
    if (exchange.reply.failure === null) return { call, exchange };
    failed.push(exchange);
  }
}

/** The first usable answer, or else the first one, so that its author can be shown what is wrong with it. */
function chooseAnswer(context: ProposerContext, exchange: Exchange): Chosen {
  const usable = pickAnswer(context, exchange, indicesOf(exchange));
  if (usable !== null) return usable;
  const first = exchange.reply.answers[0];
  if (first === undefined)
    throw new StropError("model.no-answer", `expected answers or a failure from ${exchange.model}, found neither`);
  return { exchange, answer: 0, read: readAnswer(first, targetOf(context)) };
}

type Notes = Pick<Call, "resample" | "notes"> & { readonly ask: Pick<Call["ask"], "intent"> };

/** What was noted when the first answer of this exchange was used. */
function siblingNotes(context: ProposerContext, { exchange }: Exchange): Notes {
  const detail = ownTrials(context).find((own) => own.detail.exchange === exchange)?.detail;
  return { ask: { intent: detail?.intent }, resample: detail?.resample ?? 0, notes: [] };
}

function asProposal(
  context: ProposerContext,
  { exchange, answer, read }: Chosen,
  { ask, resample, notes }: Notes,
): Proposal {
  const detail: ModelDetail = {
    exchange: exchange.exchange,
    answer,
    model: exchange.model,
    temperature: exchange.request.temperature ?? null,
    ...(read.repairs.length > 0 && { repairs: read.repairs }),
    ...(resample > 0 && { resample }),
    ...(ask.intent !== undefined && { intent: ask.intent }),
    ...(notes.length > 0 && { notes }),
  };
  return {
    edit: read.edit,
    ...(read.problem !== undefined && { problem: read.problem }),
    parent: context.champion.candidate,
    description: read.description,
    detail,
  };
}
