/**
 * The learned policy as a proposer (docs/policy.md): sets up a board, lets the network choose a site and what to do there, and makes the edit.
 * Keeps no state: what it learned in this run is in its notes. Learners are shared between equal proposers, since compiling one takes a while.
 */
import { createHash } from "node:crypto";

import { remember } from "../../core/remember.ts";
import type { TrialRecord } from "../../core/trial.ts";
import type { Learner } from "../../policy/learner.ts";
import type { Weights } from "../../policy/network.ts";
import type { Evaluation } from "../../policy/passes.ts";
import { knownCandidates } from "../literals/literal-proposal.ts";
import type { Proposer } from "../types.ts";
import { encodeWeights, mergeAdapters, policyBackend, runLearner, shippedWeights } from "./actor.ts";
import { attemptAction, NAME } from "./attempt-action.ts";
import { OPERATORS, type Site } from "./board.ts";
import { chooseAction } from "./choose.ts";
import { type Blinders, observe } from "./features.ts";
import { withNotes } from "./notes.ts";
import { type Delegate, readBoard, type RealBoard } from "./read-board.ts";
import { learnedWeights, recall } from "./recall.ts";

export interface PolicyOptions {
  /** Default: those that strop comes with. */
  readonly weights?: Weights;
  /** Whether it goes on learning during the run; default true. */
  readonly learn?: boolean;
  /** Proposers that it can hand a trial to; default none. */
  readonly delegates?: readonly Delegate[];
  /** Own trials per update; default 16. */
  readonly batch?: number;
  readonly blinders?: Blinders;
}

/** A proposer that learned from other programs which edits pay, and goes on learning from this one. */
export function policyProposer(options: PolicyOptions = {}): Proposer {
  const { learn = true, delegates = [], batch = 16, blinders = {} } = options;
  return {
    name: NAME,
    async propose(context, signal) {
      const { learner, base } = await openActor(options.weights ?? (await shipped()));
      const board = await readBoard(context, delegates);
      const seen = observe(board, [], blinders);
      if (!seen.mask.includes(1)) return null;
      const recalled = await recall(context, { learner, base, delegates, blinders, batch, isLearning: learn });
      const [evaluation] = await learner.evaluate(recalled.state, [seen]);
      const { logPi, value } = evaluation as Evaluation;
      const known = knownCandidates(context);
      const choice = await chooseAction(logPi, context.random, (action) =>
        attemptAction(action, { board, context, known, signal }),
      );
      if (choice === null) return null;
      const { action, logProbability, banned, result } = choice;
      const { key } = siteOf(board, action);
      const notes = {
        site: key,
        action,
        logProbability,
        value,
        banned,
        best: context.champion.score,
        pending: context.pending.map(({ trial }) => trial),
        base,
        ...(recalled.learned && { learned: recalled.learned }),
      };
      return { ...result, detail: withNotes(result.detail, notes) };
    },
  };
}

/**
 * What a run has learned, added to the weights that it began with: a file to give to other runs. Undefined when it has not learned yet.
 */
export async function exportLearned(
  records: Iterable<TrialRecord>,
  weights?: Weights,
): Promise<Uint8Array | undefined> {
  const before = weights ?? (await shipped());
  const { learner, base } = await openActor(before);
  const learned = learnedWeights(records, base, learner);
  return learned && encodeWeights(mergeAdapters(before, learned), { base });
}

const siteOf = (board: RealBoard, action: number): Site => board.sites[Math.floor(action / OPERATORS)] as Site;

interface Actor {
  readonly learner: Learner;
  /** Hash of the weights. */
  readonly base: string;
}

let shippedOnce: Promise<Weights> | undefined;

const shipped = (): Promise<Weights> => (shippedOnce ??= shippedWeights());

/** Few samples and a fresh optimiser at each update: not many steps. */
const openActor = remember(async (weights: Weights): Promise<Actor> => {
  const base = createHash("sha256").update(encodeWeights(weights)).digest("hex").slice(0, 16);
  const options = { minibatch: 16, epochs: 4, learningRate: 5e-3, warmupSteps: 4, maxKl: 0.05 };
  return { learner: await runLearner(weights, { backend: await policyBackend(), ...options }), base };
});
