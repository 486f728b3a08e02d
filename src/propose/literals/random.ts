/**
 * Random search over literals: the baseline that every other proposer has to beat. Moves one or two literals of the
 * champion to uniformly drawn values of their domains.
 */
import type { Random } from "../../core/numerics/random.ts";
import type { LiteralValue } from "../../syntax/literals.ts";
import { type Domain, fromUnit } from "./domain.ts";
import { ATTEMPTS, knownCandidates, proposeLiterals } from "./literal-proposal.ts";
import { literalSpace } from "./literal-space.ts";
import type { Proposer } from "../types.ts";

/** A proposer that moves one or two literals at random. */
export const randomLiterals = (): Proposer => ({
  name: "random",
  async propose(context) {
    const dimensions = await literalSpace(context);
    if (dimensions.length === 0) return null;
    const known = knownCandidates(context);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const moved = context.random.shuffle(dimensions).slice(0, 1 + context.random.integer(2));
      const assignment = new Map(
        moved.map(({ site, domain }) => [site.key, drawOther(domain, site.value, context.random)]),
      );
      const proposal = proposeLiterals(context, { dimensions, assignment, known });
      if (proposal !== null) return proposal;
    }
    return null;
  },
});

/** A uniformly drawn value of a domain. */
export const draw = (domain: Domain, random: Random): LiteralValue =>
  fromUnit(domain, domain.kind === "choice" ? random.integer(domain.options.length) : random.next());

/** As `draw`, and a choice always changes. */
export function drawOther(domain: Domain, present: LiteralValue, random: Random): LiteralValue {
  if (domain.kind !== "choice") return draw(domain, random);
  return random.pick(domain.options.filter((option) => option !== present));
}
