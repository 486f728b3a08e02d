/**
 * The recursive objective u^λ (STOP App. A.3): with probability λ an improver is worth its meta-utility, else it is worth
 * what the improver that it makes of itself is worth by the same objective. The draws follow from a seed and the
 * improver's text, so a resumed run draws the same.
 *
 *     u^λ(I) = û(I) with probability λ, else u^λ(I(u^λ, I, L))
 */
import { sha256 } from "../../core/candidate.ts";
import { createRandom } from "../../core/numerics/random.ts";
import type { UtilityFunction } from "../../core/utility.ts";

/** Self-applications of one draw at most: the chance of more is (1 − λ)^3, and each multiplies the cost. */
const MOST_APPLICATIONS = 3;

export interface LambdaOptions {
  /** λ in (0, 1]. */
  readonly lambda: number;
  readonly seed: number;
  /** û. */
  readonly metaUtility: UtilityFunction;
  /** I(u, I, L): the text that `improver` makes of itself. `label` names the run within its trial. */
  readonly applyToItself: (
    improver: string,
    utility: UtilityFunction,
    run: { readonly label: string; readonly signal: AbortSignal },
  ) => Promise<string>;
  readonly label: string;
}

export function lambdaObjective(options: LambdaOptions, left = MOST_APPLICATIONS): UtilityFunction {
  const { lambda, seed, metaUtility, applyToItself, label } = options;
  const description = `${metaUtility.description}
// With probability ${Number((1 - lambda).toFixed(6))} the improver is first applied to itself with this very score, and its result is scored instead.
`;
  return {
    description,
    async score(improver, signal) {
      const draw = createRandom(`${seed}/${left}/${sha256(improver)}`).next();
      if (draw < lambda || left === 0) return metaUtility.score(improver, signal);
      const inner = lambdaObjective(options, left - 1);
      const name = `${label}/applied-${left}-${sha256(improver).slice(0, 16)}`;
      const next = await applyToItself(improver, inner, { label: name, signal });
      return inner.score(next, signal);
    },
  };
}
