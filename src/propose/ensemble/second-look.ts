/**
 * Where nothing new is left to try, what looked better and was not shown to be is tried once more, in a contest that may take longer:
 * whatever time is left is worth more there than at the end of the run. Needs no model.
 */
import type { TrialRecord } from "../../core/trial.ts";
import { editBetween } from "../edit-between.ts";
import type { Proposal, Proposer, ProposerContext } from "../types.ts";
import { inOneLine } from "./joined-edit.ts";
import { numberOf } from "./notes.ts";

/** So many times `judge.maxRepeats` pairs may the contest of a second look take. */
export const PATIENCE = 4;
/** Looks at one candidate, beside one champion. */
const LOOKS = 3;

/** The trial that a trial is a further look at; undefined for a first look. */
export const secondLookAt = (trial: Pick<TrialRecord, "detail">): number | undefined => numberOf(trial, "again");

/** `proposer`, and when it has nothing to propose what looked best of what the champion was run beside. */
export const withSecondLooks = (proposer: Proposer): Proposer => ({
  ...proposer,
  async propose(context, signal) {
    return (await proposer.propose(context, signal)) ?? secondLook(context);
  },
});

/** Null while anything is undecided: what that leads to comes first. */
function secondLook(context: ProposerContext): Proposal | null {
  const { champion, history, pending, program, task } = context;
  if (task.metric.deterministic || pending.length > 0) return null;
  const looks = Map.groupBy(history, ({ candidate }) => candidate);
  const [best] = history
    .filter(({ candidate }) => candidate !== null && (looks.get(candidate)?.length ?? 0) < LOOKS)
    .map((record) => ({ record, surely: leastGain(record, champion.trial) }))
    .filter(({ surely }) => surely > 0)
    .toSorted((a, b) => b.surely - a.surely);
  if (best === undefined) return null;
  const { trial, candidate, description } = best.record;
  const edit = editBetween(program(champion.candidate), program(candidate ?? champion.candidate));
  if (edit === null) return null;
  const first = secondLookAt(best.record) ?? trial;
  return {
    edit,
    parent: champion.candidate,
    description: `trial ${first} again: ${inOneLine(description).replace(/^trial \d+ again: /, "")}`,
    detail: { again: first },
    proposer: "again",
  };
}

/** Its gain in pairs beside this champion, less one standard error; −∞ where there are none. */
function leastGain({ verdict }: TrialRecord, opponent: number): number {
  const { evidence } = verdict ?? {};
  const isAbout = verdict?.decision === "discard" && evidence !== undefined && evidence.pairs > 0;
  return isAbout && evidence.opponent === opponent ? evidence.gain - evidence.error : Number.NEGATIVE_INFINITY;
}
