/**
 * What the proposer of a name asks a model next, for `strop prompt`, and what of it nobody can know before. Asks nothing: the
 * proposers' own choices are made on the same context and the same random streams (test/propose/next-question.test.ts).
 */
import { islands } from "./ensemble/islands.ts";
import { BESIDE_SEARCHES, greedyOptions, modelOptions, type ModelTools } from "./ensemble/model-arm.ts";
import { noveltyFilter } from "./ensemble/novelty-filter.ts";
import { modelProposer } from "./model/model-proposer.ts";
import type { ModelOptions } from "./model/plan.ts";
import { type NextPrompt, promptForNext } from "./model/prompt-for-next.ts";
import type { Proposer, ProposerContext } from "./types.ts";

export interface NextQuestionTools extends ModelTools {
  /** Islands of the population; default 1. */
  readonly islands?: number | undefined;
}

/** Null when no model is in service. `notes` begin with what is not determined. Throws StropError `config.no-model`. */
export async function nextQuestion(
  name: string,
  context: ProposerContext,
  tools: NextQuestionTools,
): Promise<NextPrompt | null> {
  const options = optionsOf(name, tools);
  let next: NextPrompt | null = null;
  // An answer that another island has used is passed over there, and a question follows after all.
  const answering = modelProposer(options);
  const looking: Proposer = {
    name: "model",
    async propose(seen, signal) {
      // A portfolio gives each of its arms a random stream of its own.
      const own = name === "portfolio" ? { ...seen, random: seen.random.fork("model") } : seen;
      next = promptForNext(own, options);
      return next === null || next.spare === null ? null : answering.propose(own, signal);
    },
  };
  const filtered = name === "greedy-llm" ? looking : noveltyFilter(looking);
  await islands(tools.islands ?? 1, filtered).propose(context, new AbortController().signal);
  return withNotes(next, whatIsOpen(name, context));
}

const withNotes = (next: NextPrompt | null, notes: readonly string[]): NextPrompt | null =>
  next && { ...next, notes: [...notes, ...next.notes] };

function optionsOf(name: string, tools: ModelTools): ModelOptions {
  if (name === "greedy-llm") return greedyOptions(tools);
  return name === "portfolio" ? modelOptions(tools, BESIDE_SEARCHES) : modelOptions(tools);
}

function whatIsOpen(proposer: string, { pending }: ProposerContext): readonly string[] {
  const running = pending.length === 1 ? "1 trial is" : `${pending.length} trials are`;
  return [
    ...turnOf(proposer),
    ...(pending.length === 0 ? [] : [`${running} not decided yet: what comes of that will be in the question too`]),
  ];
}

function turnOf(proposer: string): readonly string[] {
  if (proposer === "model" || proposer === "greedy-llm") return [];
  if (proposer === "portfolio")
    return ["another proposer of the portfolio may have the next turn; a model whose turn it is now is asked this"];
  if (proposer === "policy")
    return ["the policy decides whether a model is asked, which one, how warmly and with what steer"];
  return [`the proposer ${proposer} asks none of these models; with --proposer model, this is what one would be asked`];
}
