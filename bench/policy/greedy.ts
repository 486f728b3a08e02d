/**
 * A greedy structured search that learns nothing: site by site in a fixed random order, a step up or down for a literal, the next rewrite for
 * code; what is kept is done again, and after every round of all literals the steps are a third as long.
 */
import { createRandom } from "../../src/core/numerics/random.ts";
import { fromUnit, toUnit } from "../../src/propose/literals/domain.ts";
import { knownCandidates, proposeLiterals } from "../../src/propose/literals/literal-proposal.ts";
import { type Dimension, literalSpace } from "../../src/propose/literals/literal-space.ts";
import { rewrites } from "../../src/propose/rewrites.ts";
import type { Proposal, Proposer, ProposerContext } from "../../src/propose/types.ts";

interface Turn {
  /** Proposals that were no repetition. */
  readonly turn: number;
  /** Of a literal; null for a rewrite. */
  readonly key: string | null;
  /** In units. */
  readonly step: number;
}

const FIRST_STEP = 0.2;
/** Every third turn is a rewrite. */
const CYCLE = 3;

/** The bench's greedy arm. */
export const greedy = (): Proposer => ({
  name: "greedy",
  async propose(context, signal) {
    const dimensions = await literalSpace(context);
    const last = context.history.findLast(({ detail }) => turnOf(detail) !== undefined);
    const before = turnOf(last?.detail);
    if (last?.verdict?.decision === "keep" && before?.key != null) {
      const again = step(context, dimensions, before);
      if (again !== null) return again;
    }
    const order = createRandom(`greedy/${context.baseline.candidate}`).shuffle(dimensions.map(({ site }) => site.key));
    const moves = order.flatMap((key) => [1, -1].map((sign) => ({ key, sign })));
    for (let turn = (before?.turn ?? -1) + 1, tries = 0; tries < 4 * CYCLE * (moves.length + 1); turn++, tries++) {
      const at = turn - Math.floor(turn / CYCLE) - 1;
      const move = moves[((at % moves.length) + moves.length) % moves.length];
      if (turn % CYCLE === 0 || move === undefined) {
        const rewrite = await rewrites().propose(context, signal);
        if (rewrite !== null)
          return { ...rewrite, detail: { ...(rewrite.detail as object), greedy: { turn, key: null, step: 0 } } };
        continue;
      }
      const size = FIRST_STEP / 3 ** Math.floor(at / moves.length);
      const made = step(context, dimensions, { turn, key: move.key, step: move.sign * size });
      if (made !== null) return made;
    }
    return null;
  },
});

function turnOf(detail: unknown): Turn | undefined {
  return (detail as { readonly greedy?: Turn } | null | undefined)?.greedy;
}

function step(context: ProposerContext, dimensions: readonly Dimension[], turn: Turn): Proposal | null {
  const found = dimensions.find(({ site }) => site.key === turn.key);
  if (found === undefined) return null;
  const { site, domain } = found;
  const unit = toUnit(domain, site.value);
  const options = domain.kind === "choice" ? domain.options.length : 0;
  const to =
    options > 0 ? (unit + Math.sign(turn.step) + options) % options : Math.min(1, Math.max(0, unit + turn.step));
  const assignment = new Map([[site.key, fromUnit(domain, to)]]);
  const known = knownCandidates(context);
  const detail = { greedy: { ...turn } };
  return proposeLiterals(context, { dimensions, assignment, known, detail });
}
