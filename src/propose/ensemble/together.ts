/**
 * Joins edits of the champion that looked better and could not be told from the noise one by one: what each of them gains adds
 * up, and the noise does not. Needs no model.
 */
import type { ProgramFiles } from "../../core/edit.ts";
import { gain } from "../../core/metric.ts";
import type { CandidateId, TrialRecord } from "../../core/trial.ts";
import { knownCandidates } from "../literals/literal-proposal.ts";
import type { Proposal, Proposer, ProposerContext } from "../types.ts";
import { inOneLine, joinedEdit } from "./joined-edit.ts";
import { mergePrograms } from "./merge.ts";

const NAME = "together";
/** So many of the most promising at once. */
const SIZES = [2, 3, 4, 6, 8, 12, 16];
/** What a single look is worth beside the mean of pairs: it was selected for being good. */
const LOOK = 0.5;

/** A proposer that has something to say as soon as two edits of the champion looked better. */
export const together = (): Proposer => ({
  name: NAME,
  async propose(context) {
    const promising = promisingOnes(context);
    const known = knownCandidates(context);
    const sizes = SIZES.filter((size) => size <= promising.length);
    for (const size of context.random.shuffle(sizes)) {
      const proposal = await joined(context, promising.slice(0, size), known);
      if (proposal !== null) return proposal;
    }
    return null;
  },
});

/** The champion's children that seem to gain something, the best first, each candidate once. Its own proposals are none, looked at again neither: they are made of others. */
function promisingOnes({ history, pending, champion, direction }: ProposerContext): readonly TrialRecord[] {
  const tried = [...history, ...pending];
  const joinedOnes = new Set(tried.flatMap(({ proposer, candidate }) => (proposer === NAME ? candidate : [])));
  const children = tried.filter(
    ({ parent, candidate }) => parent === champion.candidate && candidate !== null && !joinedOnes.has(candidate),
  );
  const gained = ({ outcome, verdict }: TrialRecord): number => {
    const { evidence } = verdict ?? {};
    if (evidence !== undefined && evidence.pairs > 0 && evidence.opponent === champion.trial) return evidence.gain;
    return outcome?.score == null ? 0 : LOOK * gain(direction, outcome.score, champion.score);
  };
  return [...Map.groupBy(children, ({ candidate }) => candidate).values()]
    .flatMap((looks) => looks.toSorted((a, b) => pairsOf(b) - pairsOf(a)).slice(0, 1))
    .map((record) => ({ record, gain: gained(record) }))
    .filter((one) => one.gain > 0)
    .toSorted((a, b) => b.gain - a.gain)
    .map(({ record }) => record);
}

const pairsOf = ({ verdict }: TrialRecord): number => verdict?.evidence?.pairs ?? 0;

/** All of them done to the champion, but for those that change a place that a more promising one changes. Null for what is known or is no program. */
async function joined(
  { champion, program }: ProposerContext,
  members: readonly TrialRecord[],
  known: ReadonlySet<CandidateId>,
): Promise<Proposal | null> {
  const base = program(champion.candidate);
  let files: ProgramFiles = base;
  const done = members.filter(({ candidate }) => {
    let isInTheWay = false;
    const merged = mergePrograms(
      { base, left: files, right: program(candidate ?? champion.candidate) },
      (isInsertion) => {
        isInTheWay ||= !isInsertion;
        return "both";
      },
    );
    if (!isInTheWay) files = merged;
    return !isInTheWay;
  });
  const edit = done.length < 2 ? null : await joinedEdit(base, files, known);
  if (edit === null) return null;
  return {
    edit,
    parent: champion.candidate,
    description: told(done),
    detail: { with: done.map(({ trial }) => trial) },
  };
}

/** Characters of all descriptions. */
const TOLD = 160;

function told(members: readonly TrialRecord[]): string {
  const all = members.map(({ description }) => inOneLine(description)).join("; ");
  return `${members.length} edits together: ${all.length > TOLD ? `${all.slice(0, TOLD)}…` : all}`;
}
