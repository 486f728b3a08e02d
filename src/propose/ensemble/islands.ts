/**
 * Islands (Tanese 1989): n searches side by side, each from its own best candidate and with its own history, so that not
 * everything descends from the first good idea. Every so many trials each island's best goes to the next one in the ring.
 * Which trial is on which island follows from its number, and everything else from the history: nothing is stored.
 */
import { applyEdit } from "../../core/edits/apply-edit.ts";
import { candidateId } from "../../core/candidate.ts";
import type { ProgramFiles } from "../../core/edit.ts";
import { gain } from "../../core/metric.ts";
import type { CandidateId, TrialRecord } from "../../core/trial.ts";
import { knownCandidates } from "../literals/literal-proposal.ts";
import type { Proposal, Proposer, ProposerContext } from "../types.ts";
import { modelOf } from "./notes.ts";

export interface IslandOptions {
  /** Trials of the whole run between two migrations; default 10 per island. */
  readonly every?: number;
}

/** Tries for a proposal that no other island has made. */
const TRIES = 6;

/** `proposer` on `count` islands, an integer of 1 or more; trial t is on island (t − 1) mod `count`. */
export const islands = (count: number, proposer: Proposer, { every = 10 * count }: IslandOptions = {}): Proposer => ({
  name: proposer.name,
  async propose(context, signal) {
    if (count <= 1) return proposer.propose(context, signal);
    const known = knownCandidates(context);
    let here = islandContext(context, { count, every });
    let proposal: Proposal | null = null;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const random = attempt === 0 ? context.random : context.random.fork(`again/${attempt}`);
      proposal = await proposer.propose({ ...here, random }, signal);
      const files = proposal === null ? null : repeated(context, proposal, known);
      if (proposal === null || files === null) return proposal;
      here = withTried(here, proposal, files);
    }
    return proposal;
  },
});

export interface Archipelago {
  readonly count: number;
  readonly every: number;
}

/** What the island of `context.trial` sees: its own trials and its immigrants, judged against its own best, which is its champion. */
export function islandContext(context: ProposerContext, { count, every }: Archipelago): ProposerContext {
  const { history, pending, trial } = context;
  const all = Array.from({ length: count }, () => newIsland(context));
  const epochs = Map.groupBy(history, (record) => Math.ceil(record.trial / every));
  for (let epoch = 1; (epoch - 1) * every < trial; epoch++) {
    for (const record of epochs.get(epoch) ?? []) at(all, record.trial - 1).settle(record);
    if (epoch * every >= trial) continue;
    const emigrants = all.map((island) => island.best());
    emigrants.forEach((record, i) => record !== null && at(all, i + 1).settle(record));
  }
  const own = at(all, trial - 1);
  return {
    ...context,
    champion: own.champion(),
    history: own.records(),
    pending: pending.filter((record) => (record.trial - trial) % count === 0),
  };
}

const at = (all: readonly Island[], index: number): Island => all[index % all.length] as Island;

interface Island {
  /** A trial of its own, or an immigrant. */
  settle(record: TrialRecord): void;
  /** Null while nothing beats the baseline. */
  best(): TrialRecord | null;
  champion(): ProposerContext["champion"];
  records(): readonly TrialRecord[];
}

function newIsland({ baseline, champion, direction, history }: ProposerContext): Island {
  const members = new Map(history.filter(({ trial }) => trial === 0).map((record) => [0, record]));
  let best: TrialRecord | null = null;
  // The run's champion was measured more than once, and has the less flattering score.
  const scoreOf = ({ candidate, outcome }: TrialRecord) =>
    candidate === champion.candidate ? champion.score : (outcome?.score ?? null);
  const bestScore = () => (best === null ? baseline.score : (scoreOf(best) ?? baseline.score));
  return {
    settle(record) {
      const score = record.candidate === null || members.has(record.trial) ? null : scoreOf(record);
      const gained = score === null ? 0 : gain(direction, score, bestScore());
      // As good with less code is better too, which the run has judged.
      const isBest = gained > 0 || (score !== null && gained === 0 && record.candidate === champion.candidate);
      if (!members.has(record.trial))
        members.set(record.trial, rejudged(record, isBest, gained / Math.abs(baseline.score || 1)));
      if (isBest) best = record;
    },
    best: () => best,
    champion: () => ({
      candidate: best?.candidate ?? baseline.candidate,
      score: bestScore(),
      trial: best?.trial ?? 0,
    }),
    records: () => [...members.values()].toSorted((a, b) => a.trial - b.trial),
  };
}

/** The trial with the verdict that it gets on this island; `gained` is relative to the baseline's score. */
function rejudged(record: TrialRecord, isBest: boolean, gained: number): TrialRecord {
  if (record.verdict === null) return record;
  // What it was shown to gain, it gained over the run's champion, which may be nothing that this island knows.
  const { evidence: _, ...verdict } = record.verdict;
  if ((verdict.decision === "keep") === isBest) return { ...record, verdict };
  return isBest
    ? {
        ...record,
        verdict: { ...verdict, decision: "keep", reason: "the best of its island", reward: Math.min(1, gained) },
      }
    : { ...record, verdict: { ...verdict, decision: "discard", reason: "not the best of its island" } };
}

/** The proposal's program if it is known already; null if it is new. */
function repeated(context: ProposerContext, proposal: Proposal, known: ReadonlySet<CandidateId>): ProgramFiles | null {
  const { edit, parent, problem } = proposal;
  if (edit === null || problem !== undefined) return null;
  const applied = applyEdit(context.program(parent), edit, () => true);
  return applied.ok && known.has(candidateId(applied.files)) ? applied.files : null;
}

/** The context with a proposal as one more running trial, so that it is not made again. */
function withTried(context: ProposerContext, proposal: Proposal, files: ProgramFiles): ProposerContext {
  const { edit, parent, description, detail, proposer = "" } = proposal;
  const candidate = candidateId(files);
  const record: TrialRecord = {
    trial: context.trial,
    attempts: 0,
    proposer,
    description,
    parent,
    candidate,
    edit,
    // A model's note says which answer is used up; a search may keep its state here, and this trial will never be.
    detail: modelOf({ detail }) === undefined ? null : detail,
    seed: 0,
    outcome: null,
    verdict: null,
  };
  return {
    ...context,
    pending: [...context.pending, record],
    program: (id) => (id === candidate ? files : context.program(id)),
  };
}
