/** A real run as a board: the champion's literals and rewrites, delegates, and what the history says of each. */
import { candidateId } from "../../core/candidate.ts";
import { createRandom, type Random } from "../../core/numerics/random.ts";
import type { CandidateId, TrialRecord } from "../../core/trial.ts";
import type { LiteralValue } from "../../syntax/literals.ts";
import { toUnit } from "../literals/domain.ts";
import { knownCandidates } from "../literals/literal-proposal.ts";
import { type Dimension, literalSpace, lossOf, observe } from "../literals/literal-space.ts";
import { applyRewrite, type Placed, rewritesFor } from "../rewrites.ts";
import type { Proposer, ProposerContext } from "../types.ts";
import { type Board, OPERATORS, type PastTrial, type Place, rewriteKey, ruleKey, type Site, SITES } from "./board.ts";
import { linesOf } from "./lines.ts";
import { literalOperators, wholeOperators } from "./moves.ts";
import { readNotes } from "./notes.ts";

/** Another proposer that the policy can hand a trial to, such as a language model asked in a certain way. */
export interface Delegate {
  /** Words that say what is asked: `model`, `structure`, `warm`. */
  readonly names: readonly string[];
  readonly proposer: Proposer;
}

/** A board, and what its sites stand for in the program. */
export interface RealBoard extends Board {
  readonly dimensions: readonly Dimension[];
  /** By index in `sites`. */
  readonly rewrites: ReadonlyMap<number, Placed>;
  readonly delegates: ReadonlyMap<number, Delegate>;
}

const SITES_OF_REWRITES = 7;
/** Rewrites looked at for those. */
const TRIES = 14;
const ONCE: readonly boolean[] = Array.from({ length: OPERATORS }, (_, operator) => operator === 0);

/**
 * The board of a proposal. Which of many sites are shown follows from champion and trial alone, so that the board of an earlier
 * trial can be set up again.
 */
export async function readBoard(context: ProposerContext, delegates: readonly Delegate[]): Promise<RealBoard> {
  const random = createRandom(`board/${context.champion.candidate}/${context.trial}`);
  const dimensions = await literalSpace(context);
  const places = dimensions.map(({ site, domain }): Place => ({
    key: site.key,
    domain,
    unit: Math.max(0, toUnit(domain, site.value)),
  }));
  const past = await pastOf(context, dimensions);
  const isNoisy = !context.task.metric.deterministic;
  const lines = linesOf({ places, past, isNoisy });
  const rewrites = await untried(context, random);
  const asked = delegates.slice(0, SITES - 2 - rewrites.length);
  const shown = random.shuffle(dimensions.map((_, i) => i)).slice(0, SITES - 1 - rewrites.length - asked.length);
  const sites: readonly Site[] = [
    { kind: "whole", key: "whole", names: [], isPossible: wholeOperators({ places, past }) },
    ...shown.map((i): Site => {
      const [{ site }, place] = [dimensions[i] as Dimension, places[i] as Place];
      const names = [site.name, ...site.scope.toReversed()];
      const isPossible = literalOperators(place, { past, lines });
      return { kind: "literal", key: place.key, names, place, isPossible };
    }),
    ...rewrites.map(({ rule, rewrite }): Site => ({
      kind: "rewrite",
      key: rewriteKey(rule.name, rewrite.description),
      names: [rule.name],
      isPossible: ONCE,
    })),
    ...asked.map(({ names }): Site => ({ kind: "ask", key: `ask:${names.join(" ")}`, names, isPossible: ONCE })),
  ];
  const firstRewrite = 1 + shown.length;
  return {
    sites,
    places,
    lines,
    past,
    best: lossOf(context, context.champion.score),
    baseline: lossOf(context, context.baseline.score),
    trial: context.trial,
    horizon: context.task.stop.trials,
    isNoisy,
    dimensions,
    rewrites: new Map(rewrites.map((one, i) => [firstRewrite + i, one])),
    delegates: new Map(asked.map((one, i) => [firstRewrite + rewrites.length + i, one])),
  };
}

/** Some rewrites of the champion that were not proposed yet. */
async function untried(context: ProposerContext, random: Random): Promise<readonly Placed[]> {
  const files = context.program(context.champion.candidate);
  const known = knownCandidates(context);
  const some = random.shuffle(await rewritesFor(context)).slice(0, TRIES);
  const isNew = (one: Placed): boolean => {
    const change = applyRewrite(files, one);
    return change !== null && !known.has(candidateId(change.files));
  };
  return some.filter(isNew).slice(0, SITES_OF_REWRITES);
}

/** Finished trials that had a program, with how far each moved which literal from its parent. */
async function pastOf(context: ProposerContext, dimensions: readonly Dimension[]): Promise<readonly PastTrial[]> {
  const records = context.history.filter(
    ({ candidate, outcome }) => candidate !== null && outcome !== null && outcome.status !== "interrupted",
  );
  const observations = await observe(context);
  const units = new Map<CandidateId, ReadonlyMap<string, number>>();
  const losses = new Map<CandidateId, number>();
  records.forEach(({ candidate }, i) => {
    const observation = observations[i];
    if (candidate === null || observation === undefined) return;
    units.set(candidate, unitsOf(observation.values, dimensions));
    losses.set(candidate, observation.loss);
  });
  return records.map((record): PastTrial => {
    const own = units.get(record.candidate ?? "") ?? new Map();
    const parent = record.parent === null ? own : (units.get(record.parent) ?? own);
    const loss = losses.get(record.candidate ?? "") ?? Infinity;
    return {
      units: own,
      loss,
      parentLoss: record.parent === null ? loss : (losses.get(record.parent) ?? loss),
      isKept: record.trial === 0 || record.verdict?.decision === "keep",
      touched: touchedBy(record, { own, parent, dimensions }),
    };
  });
}

function unitsOf(
  values: ReadonlyMap<string, LiteralValue>,
  dimensions: readonly Dimension[],
): ReadonlyMap<string, number> {
  const units = new Map<string, number>();
  for (const { site, domain } of dimensions) {
    const value = values.get(site.key);
    const unit = value === undefined ? -1 : toUnit(domain, value);
    if (unit >= 0) units.set(site.key, unit);
  }
  return units;
}

interface Change {
  readonly own: ReadonlyMap<string, number>;
  readonly parent: ReadonlyMap<string, number>;
  readonly dimensions: readonly Dimension[];
}

/** Literals by how far they moved; what else was edited by the key of its site. */
function touchedBy(record: TrialRecord, { own, parent, dimensions }: Change): ReadonlyMap<string, number> {
  const touched = new Map<string, number>();
  for (const { site, domain } of dimensions) {
    const [from, to] = [parent.get(site.key), own.get(site.key)];
    if (from === undefined || to === undefined || from === to) continue;
    touched.set(site.key, domain.kind === "choice" ? 1 : to - from);
  }
  const notes = readNotes(record);
  if (notes !== undefined && !touched.has(notes.site)) touched.set(notes.site, 1);
  const rule = (record.detail as { readonly rule?: unknown } | null)?.rule;
  if (typeof rule !== "string") return touched;
  // A description begins with the place, which moves with the lines above it.
  const what = record.description.replace(/^\S+ /, "");
  return touched.set(ruleKey(rule), 1).set(rewriteKey(rule, what), 1);
}
