/**
 * What a trial proposed by a model or an agent costs a portfolio, in trials whose proposal cost nothing: waiting and
 * dollars are put into machine time, and that into trials.
 */
import type { ProposerContext } from "../types.ts";
import { type AskCosts, inSeconds, trialSeconds } from "./ask-cost.ts";
import { numberOf } from "./notes.ts";

export type ArmCost = (context: ProposerContext) => number;

/** Whoever names a model wants it asked: where trials take no time at all, it counts as so many of them at most. */
const MOST = 4;
/** Wall seconds of an agent's first edit, as believed before it. */
const FIRST_EDIT = 120;
/** Edits of an agent that the expectation is the mean of. */
const WINDOW = 16;

/** Of an arm that asks these models: the mean over them. */
export const modelArmCost =
  (models: readonly string[], costs: AskCosts): ArmCost =>
  (context) => {
    const each = models.map((model) => inSeconds(costs(context, model)));
    return inTrials(each.reduce((sum, one) => sum + one, 0) / Math.max(1, each.length), context);
  };

/** Of the agent: what its last edits took, by their notes. */
export const agentArmCost: ArmCost = (context) => {
  const { agent } = context.task;
  const dollars = agent?.cost ?? 0;
  const own = context.history.filter(({ proposer }) => proposer === "agent").slice(-WINDOW);
  const first = inSeconds({ dollars, seconds: Math.min(FIRST_EDIT, agent?.seconds ?? FIRST_EDIT) });
  const total = own.reduce(
    (sum, record) =>
      sum + inSeconds({ dollars: numberOf(record, "cost") ?? dollars, seconds: numberOf(record, "seconds") ?? 0 }),
    first,
  );
  return inTrials(total / (1 + own.length), context);
};

const inTrials = (seconds: number, context: ProposerContext): number =>
  Math.min(MOST, 1 + seconds / trialSeconds(context));
