/**
 * New values for literals, as a proposal: writes them into the champion and describes them in one line.
 */
import { candidateId } from "../../core/candidate.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { CandidateId } from "../../core/trial.ts";
import { type LiteralValue, writeLiteral } from "../../syntax/literals.ts";
import { fromUnit } from "./domain.ts";
import type { Dimension } from "./literal-space.ts";
import type { Point } from "./parzen.ts";
import { changeOf } from "../replacements.ts";
import type { Proposal, ProposerContext } from "../types.ts";

/** Tries before a proposer that keeps finding known candidates gives up. */
export const ATTEMPTS = 64;

/** Candidates that were proposed before, the champion and baseline among them. */
export function knownCandidates(context: ProposerContext): ReadonlySet<CandidateId> {
  const trials = [...context.history, ...context.pending];
  const ids = trials.flatMap(({ candidate }) => (candidate === null ? [] : [candidate]));
  return new Set([...ids, context.champion.candidate, context.baseline.candidate]);
}

/** New values by literal key; those equal to the present ones are left out of the edit. */
export type Assignment = ReadonlyMap<string, LiteralValue>;

interface LiteralChange {
  readonly dimensions: readonly Dimension[];
  readonly assignment: Assignment;
  readonly known: ReadonlySet<CandidateId>;
  /** Further notes for `Proposal.detail`. */
  readonly detail?: JsonObject;
}

/** The champion with new values; null if that changes nothing or was proposed before. */
export function proposeLiterals(context: ProposerContext, change: LiteralChange): Proposal | null {
  const changed = change.dimensions.flatMap(({ site, label }) => {
    const value = change.assignment.get(site.key);
    if (value === undefined || value === site.value) return [];
    return [{ site, label, value, text: writeLiteral(site, value) }];
  });
  const parent = context.champion.candidate;
  const result = changeOf(
    context.program(parent),
    changed.map(({ site, text }) => ({ ...site, text })),
  );
  if (result === null || change.known.has(candidateId(result.files))) return null;
  const moved: Record<string, Json> = Object.fromEntries(changed.map(({ site, value }) => [site.key, value]));
  return {
    edit: result.edit,
    parent,
    description: describe(changed.map(({ site, label, text }) => `${label} ${site.text} → ${text}`)),
    detail: { ...change.detail, moved },
  };
}

interface Points {
  readonly dimensions: readonly Dimension[];
  /** Where the champion is. */
  readonly present: Point;
  readonly points: readonly Point[];
}

/** The champion moved to the first of the points that is not a program proposed before. */
export function proposePoint(context: ProposerContext, { dimensions, present, points }: Points): Proposal | null {
  const known = knownCandidates(context);
  for (const point of points) {
    const moves = dimensions.flatMap(({ site, domain }, d) =>
      point[d] === present[d] ? [] : [[site.key, fromUnit(domain, point[d] as number)] as const],
    );
    const proposal = proposeLiterals(context, { dimensions, assignment: new Map(moves), known });
    if (proposal !== null) return proposal;
  }
  return null;
}

const describe = (parts: readonly string[]): string =>
  parts.length <= 4 ? parts.join(", ") : `${parts.slice(0, 3).join(", ")} and ${parts.length - 3} more`;
