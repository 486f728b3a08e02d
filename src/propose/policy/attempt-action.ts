/** What an action of the edit policy comes to on a real program. */
import type { CandidateId } from "../../core/trial.ts";
import { fromUnit } from "../literals/domain.ts";
import { proposeLiterals } from "../literals/literal-proposal.ts";
import { proposeRewrite } from "../rewrites.ts";
import type { Proposal, ProposerContext } from "../types.ts";
import { OPERATORS, type Site } from "./board.ts";
import { moveAt } from "./moves.ts";
import type { RealBoard } from "./read-board.ts";

/** Draws of one action before it counts as leading nowhere. */
const DRAWS = 3;
/** Who made a proposal that its delegate does not claim. */
export const NAME = "policy";

export interface Scene {
  readonly board: RealBoard;
  readonly context: ProposerContext;
  readonly known: ReadonlySet<CandidateId>;
  readonly signal: AbortSignal;
}

/** The proposal that an action comes to; null when there is none, or it was made before. */
export async function attemptAction(
  action: number,
  { board, context, known, signal }: Scene,
): Promise<Proposal | null> {
  const index = Math.floor(action / OPERATORS);
  const site = board.sites[index] as Site;
  const delegate = board.delegates.get(index);
  if (delegate !== undefined) {
    const proposal = await delegate.proposer.propose(context, signal);
    return proposal && { ...proposal, proposer: proposal.proposer ?? NAME };
  }
  const rewrite = board.rewrites.get(index);
  if (rewrite !== undefined) return proposeRewrite(context, rewrite, known);
  for (let draw = 0; draw < DRAWS; draw++) {
    const move = moveAt(site, action % OPERATORS, { board, random: context.random });
    const assignment = new Map(
      board.dimensions.flatMap(({ site: { key }, domain }) => {
        const unit = move.get(key);
        if (unit === undefined || unit === board.places.find((one) => one.key === key)?.unit) return [];
        return [[key, fromUnit(domain, unit)] as const];
      }),
    );
    const proposal = proposeLiterals(context, { dimensions: board.dimensions, assignment, known });
    if (proposal !== null) return proposal;
  }
  return null;
}
