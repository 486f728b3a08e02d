/**
 * Combines two good candidates that came about side by side: a three-way merge over their nearest common ancestor, as
 * crossover does in a genetic algorithm (Holland 1975), but along the lines that each of them changed. Needs no model.
 */
import { isBetter } from "../../core/metric.ts";
import type { Random } from "../../core/numerics/random.ts";
import type { CandidateId, TrialRecord } from "../../core/trial.ts";
import { knownCandidates } from "../literals/literal-proposal.ts";
import type { Proposal, Proposer, ProposerContext } from "../types.ts";
import { inOneLine, joinedEdit } from "./joined-edit.ts";
import { mergePrograms } from "./merge.ts";

export interface CrossoverOptions {
  /** Asked half of the time, and whenever nothing is left to combine: a genetic search on its own. Default: nobody. */
  readonly mutate?: Proposer;
}

const NAME = "crossover";
/** Best candidates that are paired. */
const POOL = 16;
/** Merges tried before a proposal is given up. */
const TRIES = 32;

/** A finished trial that is worth passing on. */
interface Good {
  readonly candidate: CandidateId;
  readonly score: number;
  readonly trial: number;
  readonly description: string;
}

/** A proposer that merges two candidates of different lines, each of which was kept or better than its parent. */
export const crossover = ({ mutate }: CrossoverOptions = {}): Proposer => ({
  name: NAME,
  async propose(context, signal) {
    const isMutation = mutate !== undefined && context.random.fork("mutate").next() < 0.5;
    const combined = isMutation ? null : await combine(context);
    if (combined !== null || mutate === undefined) return combined;
    const proposal = await mutate.propose({ ...context, random: context.random.fork(mutate.name) }, signal);
    return proposal === null ? null : { ...proposal, proposer: proposal.proposer ?? mutate.name };
  },
});

async function combine(context: ProposerContext): Promise<Proposal | null> {
  const { random, program } = context;
  const lines = ancestry(context);
  const known = knownCandidates(context);
  for (const [better, other] of pairs(goodOnes(context), lines, random).slice(0, TRIES)) {
    const base = commonAncestor(lines(better.candidate), lines(other.candidate)) ?? context.baseline.candidate;
    const parent = program(better.candidate);
    const versions = { base: program(base), left: parent, right: program(other.candidate) };
    const merged = mergePrograms(versions, () => random.pick(["left", "right"]));
    // The two parents are known too: a child that is one of them is no child.
    const edit = await joinedEdit(parent, merged, known);
    if (edit === null) continue;
    return {
      edit,
      parent: better.candidate,
      description: `combines ${told(better)} with ${told(other)}`,
      detail: { with: other.trial, base },
    };
  }
  return null;
}

const told = ({ trial, description }: Good): string => `trial ${trial} (${inOneLine(description).slice(0, 120)})`;

/** Candidates that were kept or scored better than their parents, each once, best first. */
function goodOnes({ history, direction }: ProposerContext): readonly Good[] {
  const scores = new Map(history.map(({ candidate, outcome }) => [candidate, outcome?.score ?? null]));
  const good = new Map<CandidateId, Good>();
  for (const record of history) {
    const { candidate, outcome, trial, description } = record;
    const score = outcome?.score ?? null;
    if (candidate === null || score === null || trial === 0 || good.has(candidate)) continue;
    if (isGood(record, score, { direction, ofParent: scores.get(record.parent) ?? null }))
      good.set(candidate, { candidate, score, trial, description });
  }
  const isFirst = (a: Good, b: Good) => isBetter(direction, a.score, b.score);
  return [...good.values()].toSorted((a, b) => (isFirst(a, b) ? -1 : isFirst(b, a) ? 1 : 0)).slice(0, POOL);
}

const isGood = (
  { verdict }: TrialRecord,
  score: number,
  { direction, ofParent }: Pick<ProposerContext, "direction"> & { readonly ofParent: number | null },
): boolean => verdict?.decision === "keep" || (ofParent !== null && isBetter(direction, score, ofParent));

type Ancestry = (candidate: CandidateId) => readonly CandidateId[];

/** The line of a candidate: itself, its parent and so on, as far as the history reaches. */
function ancestry({ history, pending, baseline }: ProposerContext): Ancestry {
  const parents = new Map<CandidateId, CandidateId | null>([[baseline.candidate, null]]);
  for (const { candidate, parent } of [...history, ...pending])
    if (candidate !== null && !parents.has(candidate)) parents.set(candidate, parent);
  return (candidate) => {
    const line: CandidateId[] = [];
    for (let at: CandidateId | null = candidate; at !== null && parents.has(at); at = parents.get(at) ?? null) {
      if (line.includes(at)) break;
      line.push(at);
    }
    return line;
  };
}

const commonAncestor = (a: readonly CandidateId[], b: readonly CandidateId[]): CandidateId | undefined =>
  a.find((candidate) => b.includes(candidate));

/** Pairs of which neither descends from the other, in random order, good ones sooner: weight 1 / (rank + rank). */
function pairs(good: readonly Good[], lines: Ancestry, random: Random): readonly (readonly [Good, Good])[] {
  const all = good.flatMap((one, i) =>
    good.slice(i + 1).map((other, j) => ({ pair: [one, other] as const, ranks: 2 * i + j + 3 })),
  );
  const isSideBySide = (one: Good, other: Good) =>
    !lines(one.candidate).includes(other.candidate) && !lines(other.candidate).includes(one.candidate);
  return all
    .map(({ pair, ranks }) => ({ pair, key: -Math.log(1 - random.next()) * ranks }))
    .filter(({ pair }) => isSideBySide(...pair))
    .toSorted((a, b) => a.key - b.key)
    .map(({ pair }) => pair);
}
