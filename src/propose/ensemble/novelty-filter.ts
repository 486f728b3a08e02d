/**
 * Drops a proposal that is nearly an earlier one before it costs a trial's budget. It goes on record as invalid, with the
 * reason: so a model is shown why and asked again (model/plan.ts), and a bandit learns who repeats himself.
 */
import { isRecord } from "../../core/json.ts";
import { noveltyDistance } from "../../judge/novelty.ts";
import type { Proposal, Proposer, ProposerContext } from "../types.ts";
import { flagOf } from "./notes.ts";

/** Least distance to the nearest earlier edit, in [0, 1]: one token in twenty. */
const THRESHOLD = 0.05;
/** Proposals dropped in a row; the next one is run whatever it is like. */
const ATTEMPTS = 2;
/** Earlier trials that are compared: the window of autoresearch-rl §4.3. */
const WINDOW = 32;

/** `proposer`, with a `problem` on whatever is nearer than THRESHOLD (judge/novelty.ts, the paper's distance) to an earlier edit. */
export const noveltyFilter = (proposer: Proposer): Proposer => ({
  name: proposer.name,
  async propose(context, signal) {
    const proposal = await proposer.propose(context, signal);
    if (proposal === null || proposal.edit === null || proposal.problem !== undefined) return proposal;
    if (droppedInARow(context, proposal.proposer ?? proposer.name) >= ATTEMPTS) return proposal;
    const near = nearest(context, proposal);
    if (near === undefined || near.distance >= THRESHOLD) return proposal;
    return {
      ...proposal,
      problem: `too much like trial ${near.trial}: of what the two edits change, ${Math.round(100 * near.distance)} % differs; try another idea`,
      detail: { ...(isRecord(proposal.detail) ? proposal.detail : { detail: proposal.detail }), isRepetition: true },
    };
  },
});

/** Dropped proposals since this proposer's last one that was not. */
function droppedInARow({ history }: ProposerContext, name: string): number {
  const own = history.filter((record) => record.proposer === name);
  return own.length - 1 - own.findLastIndex((record) => !flagOf(record, "isRepetition"));
}

/** The earlier edit that is least unlike this one, dropped ones aside. */
function nearest(
  { history, pending }: ProposerContext,
  { edit }: Proposal,
): { readonly trial: number; readonly distance: number } | undefined {
  if (edit === null) return undefined;
  const earlier = [...history, ...pending].filter((record) => !flagOf(record, "isRepetition")).slice(-WINDOW);
  return earlier
    .flatMap((record) =>
      record.edit === null ? [] : [{ trial: record.trial, distance: noveltyDistance(edit, [record.edit]) }],
    )
    .reduce<{ trial: number; distance: number } | undefined>(
      (least, one) => (least === undefined || one.distance < least.distance ? one : least),
      undefined,
    );
}
