/**
 * Learning within a run as a fold over its history: the newest checkpoint that the notes name, and one PPO update when enough of
 * the policy's own trials have finished since.
 */
import { StropError } from "../../core/errors.ts";
import { createRandom } from "../../core/numerics/random.ts";
import { defaultRewardWeights } from "../../judge/reward.ts";
import type { ExchangeBook } from "../../models/types.ts";
import { ownTrials, type OwnTrial } from "../../policy/own-trials.ts";
import type { ProposerContext } from "../types.ts";
import { recallAnswer } from "./answers.ts";
import { type Learned, type Notes, readNotes } from "./notes.ts";
import type { Experience } from "./protocol.ts";
import type { Trainer } from "./trainer.ts";

export interface RecallOptions {
  readonly trainer: Trainer;
  readonly book: ExchangeBook;
  /** Identifies the weights that learning began with. */
  readonly base: string;
  /** Own finished trials per update. */
  readonly batch: number;
}

export interface Recalled {
  /** Name of the weights to act with now; null for those that the run began with. */
  readonly checkpoint: string | null;
  /** To be noted with the proposal that is made now: what an update has just brought. */
  readonly learned: Learned | undefined;
}

/**
 * The weights to act with; learns first if it is time. Rejects as the trainer does, and with StropError `trainer.other-base`
 * when the run began with another model.
 */
export async function recall(context: ProposerContext, options: RecallOptions, signal: AbortSignal): Promise<Recalled> {
  const { base, batch } = options;
  const { own, learned, fresh, update } = ownTrials([...context.history, ...context.pending], readNotes);
  const other = own.findLast(({ notes }) => notes.base !== base);
  if (other !== undefined) throw otherBase(other.notes.base, base);
  const checkpoint = learned?.checkpoint ?? null;
  const experience = fresh.length < batch ? [] : experienceOf(fresh, context, options.book);
  if (experience.length === 0) return { checkpoint, learned: undefined };
  const next = `update-${String(update.updates).padStart(6, "0")}`;
  const seed = createRandom(`${base}/${next}`).integer(2 ** 31);
  const { report } = await options.trainer.update({ checkpoint, next, experience, seed }, signal);
  return { checkpoint: next, learned: { ...update, checkpoint: next, report } };
}

function experienceOf(
  own: readonly OwnTrial<Notes>[],
  context: ProposerContext,
  book: ExchangeBook,
): readonly Experience[] {
  const scale = rewardScale(context);
  return own.flatMap(({ record, notes }) => {
    const recorded = recallAnswer(book, notes.key);
    if (recorded === undefined) return [];
    const { messages, answer } = recorded;
    const { tokens, logProbabilities } = answer;
    const reward = Math.min(1, Math.max(-1, (record.verdict?.reward ?? 0) / scale));
    return [{ messages, tokens, logProbabilities, temperature: notes.temperature, reward }];
  });
}

/**
 * The verdicts' rewards (judge/reward.ts) count by the largest keep so far, so that they are of the size of 1 whatever the metric;
 * before any, by what an invalid edit costs.
 */
function rewardScale({ history }: ProposerContext): number {
  const kept = history.filter(({ trial, verdict }) => trial > 0 && verdict?.decision === "keep");
  return Math.max(defaultRewardWeights.penalty.invalid, ...kept.map(({ verdict }) => verdict?.reward ?? 0));
}

const otherBase = (before: string, now: string): StropError =>
  new StropError("trainer.other-base", `expected the model ${before} that the run began with, found ${now}`, {
    hint: "give the same --policy-model, rank, alpha and device, or begin a new run with --fresh",
  });
