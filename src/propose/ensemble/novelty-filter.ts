/**
 * Drops a proposal that is nearly an earlier one before it costs a trial's budget. It goes on record as invalid, with the
 * reason: so a model is shown why and asked again (model/plan.ts), and a bandit learns who repeats himself.
 */
import { diffArrays } from "diff";

import { applyEdit } from "../../core/edits/apply-edit.ts";
import { isRecord } from "../../core/json.ts";
import { type Change, changeInDiff } from "../../judge/change.ts";
import { diffPrograms } from "../../workspace/diff.ts";
import { diffReader } from "../model/trial-diffs.ts";
import type { Proposal, Proposer, ProposerContext } from "../types.ts";
import { hasFailed } from "./intents.ts";
import { flagOf } from "./notes.ts";

/** Least share of what two edits change in which they differ: one token in twenty. */
const THRESHOLD = 0.05;
/** Proposals dropped in a row; the next one is run whatever it is like. */
const ATTEMPTS = 2;
/** Earlier trials that are compared: the window of autoresearch-rl §4.3. */
const WINDOW = 32;

/** `proposer`, with a `problem` on whatever is nearer than THRESHOLD to an earlier edit that could be run. */
export const noveltyFilter = (proposer: Proposer): Proposer => ({
  name: proposer.name,
  async propose(context, signal) {
    const proposal = await proposer.propose(context, signal);
    if (proposal === null || proposal.problem !== undefined) return proposal;
    if (droppedInARow(context, proposal.proposer ?? proposer.name) >= ATTEMPTS) return proposal;
    const near = nearest(context, proposal);
    if (near === undefined) return proposal;
    return {
      ...proposal,
      problem: `too much like trial ${near.trial}: of what the two edits change, ${Math.round(100 * near.share)} % differs; try another idea`,
      detail: { ...(isRecord(proposal.detail) ? proposal.detail : { detail: proposal.detail }), isRepetition: true },
    };
  },
});

/** Dropped proposals since this proposer's last one that was not. */
function droppedInARow({ history }: ProposerContext, name: string): number {
  const own = history.filter((record) => record.proposer === name);
  return own.length - 1 - own.findLastIndex((record) => !flagOf(record, "isRepetition"));
}

interface Near {
  readonly trial: number;
  /** Of what the two edits change, in which they differ. */
  readonly share: number;
}

/** The earlier edit that is least unlike this one, if any is too near. One that failed is no idea that was tried: this may be its mend. */
function nearest(context: ProposerContext, { edit, parent }: Proposal): Near | undefined {
  const before = context.program(parent);
  const applied = edit === null ? null : applyEdit(before, edit, () => true);
  if (!applied?.ok) return undefined;
  const change = changeInDiff(diffPrograms(before, applied.files));
  if (change.removed.length === 0) return undefined;
  const diffOf = diffReader(context);
  return [...context.history, ...context.pending]
    .filter((record) => record.edit !== null && !hasFailed(record) && !flagOf(record, "isRepetition"))
    .slice(-WINDOW)
    .map((record) => ({ trial: record.trial, share: shareThatDiffers(change, changeInDiff(diffOf(record))) }))
    .filter(({ share }) => share < THRESHOLD)
    .toSorted((a, b) => a.share - b.share)[0];
}

/** Of what they remove or of what they add, whichever differs more: long functions are often replaced by a short text. */
const shareThatDiffers = (a: Change, b: Change): number =>
  Math.max(shareOf(a.removed, b.removed), shareOf(a.added, b.added));

/** In [0, 1]; 1 also for more than THRESHOLD, which is not looked into. */
function shareOf(tokens: string[], others: string[]): number {
  const all = tokens.length + others.length;
  const parts = diffArrays(tokens, others, { maxEditLength: Math.ceil(THRESHOLD * all) });
  const differing = parts?.filter(({ added, removed }) => added || removed).map(({ count }) => count);
  return differing === undefined ? 1 : differing.reduce((sum, count) => sum + count, 0) / Math.max(1, all);
}
