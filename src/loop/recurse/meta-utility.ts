/**
 * The meta-utility û of an improver (STOP eq. 2): the mean utility of what it makes of the downstream tasks' seed
 * solutions. Its description is grey-box (§3): the form and the budgets, and nothing of the downstream tasks.
 */
import { sha256 } from "../../core/candidate.ts";
import { mean } from "../../core/stats.ts";
import type { UtilityFunction, UtilityResult } from "../../core/utility.ts";
import type { ImproverBudget } from "../../improve/types.ts";
import type { Parts } from "./parts.ts";

/** One task as the recursion needs it: u and s. */
export interface DownstreamProblem {
  readonly name: string;
  readonly seedSolution: string;
  readonly utility: UtilityFunction;
}

/** What one downstream run came to. */
export interface DownstreamRun {
  /** u(I(u, s, L)), by the host. */
  readonly score: number;
  readonly solution: string;
  /** Why the improver failed; "" when it did not. */
  readonly failure: string;
  readonly flags: readonly string[];
}

/** I(u, s, L) on one copy of one task. `label` names the run within its trial. */
export type RunDownstream = (
  improver: string,
  problem: DownstreamProblem,
  run: { readonly label: string; readonly signal: AbortSignal },
) => Promise<DownstreamRun>;

export interface MetaUtilityOptions {
  readonly problems: readonly DownstreamProblem[];
  readonly copies: number;
  readonly budget: ImproverBudget;
  readonly runDownstream: RunDownstream;
  readonly parts: Parts;
  /** Prefix of the parts: `validation`, `test`, `improve`. */
  readonly label: string;
}

export function metaUtility(options: MetaUtilityOptions): UtilityFunction {
  const { problems, copies, parts, label, runDownstream } = options;
  return {
    description: describeMetaUtility(options),
    async score(improver, signal) {
      const name = `${label}/${sha256(improver).slice(0, 16)}`;
      const runs = problems.flatMap((problem) =>
        Array.from({ length: copies }, (_, copy) => {
          const part = `${name}/${problem.name}-${copy}`;
          return parts.once(part, async () => {
            const run = await runDownstream(improver, problem, { label: part, signal });
            return { score: run.score, failure: run.failure, flags: [...run.flags], solution: sha256(run.solution) };
          });
        }),
      );
      return summary(await settledAll(runs));
    },
  };
}

/** Rejects with the first failure, but not before every run has ended. */
async function settledAll<T>(runs: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(runs);
  return Promise.all(runs);
}

function summary(
  runs: readonly { readonly score: number; readonly failure: string; readonly flags: readonly string[] }[],
): UtilityResult {
  const failures = runs.filter(({ failure }) => failure !== "");
  return {
    score: mean(runs.map(({ score }) => score)),
    reason: failures.length === 0 ? "" : `${failures.length} of ${runs.length} runs failed: ${failures[0]?.failure}`,
    flags: [...new Set(runs.flatMap(({ flags }) => flags))].sort(),
    parts: runs.map(({ score }) => score),
  };
}

/** What an improver of improvers is told. */
const describeMetaUtility = ({ problems, copies, budget }: MetaUtilityOptions): string =>
  `// The score of an improver: the mean utility of the solutions that it returns for ${problems.length * copies} downstream tasks,
// each with a utility between 0 and 1. The tasks differ, and are not shown: an improver must be general.
export async function metaUtility(improverSource: string): Promise<number> {
  const { improve } = await load(improverSource); // alone in a sandbox; its only import is "strop/improver"
  const scores: number[] = [];
  for (const task of downstreamTasks) {
    const utility = task.limitedUtility({ budget: ${budget.utilityCalls} }); // calls; one more is refused
    const languageModel = limitedModel({ budget: ${budget.modelCalls}, maxResponsesPerCall: ${budget.responsesPerCall} });
    const solution = await improve(task.seedSolution, utility, languageModel);
    scores.push(await task.utility(solution)); // an improver that throws or runs too long leaves the seed solution
  }
  return mean(scores);
}
`;
