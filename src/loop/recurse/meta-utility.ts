/**
 * The meta-utility û of an improver (STOP eq. 2): the mean utility of what it makes of the downstream tasks' seed
 * solutions. Its description is grey-box (§3): the form and the budgets, and nothing of the downstream tasks.
 */
import { sha256 } from "../../core/candidate.ts";
import type { JsonObject } from "../../core/json.ts";
import { mean } from "../../core/numerics/stats.ts";
import type { UtilityFunction, UtilityResult } from "../../core/utility.ts";
import type { ImproverBudget } from "../../improve/types.ts";
import type { Parts } from "../parts.ts";

/** One task as the recursion needs it: u and s. */
export interface DownstreamProblem {
  readonly name: string;
  readonly seedSolution: string;
  readonly utility: UtilityFunction;
}

/** What one downstream run came to. */
export interface DownstreamRun {
  /** u(I(u, s, L)), by the host; 0 when the improver failed (App. A: u(⊥) = 0). */
  readonly score: number;
  /** The same solution on test instances, which nobody is shown; null when they are left out. */
  readonly test: number | null;
  readonly solution: string;
  /** Why the improver failed; "" when it did not. */
  readonly failure: string;
  /** What was tried that may not be: by the improver, and by what it returned. */
  readonly flags: readonly string[];
  /** The same for the solutions that it measured on its way: SHA-256 of one for each flag. */
  readonly measured: Readonly<Record<string, string>>;
}

/** A downstream run as the journal keeps it: the solution by its SHA-256. */
export interface DownstreamPart extends JsonObject {
  readonly task: string;
  readonly score: number;
  readonly test: number | null;
  readonly failure: string;
  readonly flags: string[];
  readonly measured: Record<string, string>;
  readonly solution: string;
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
  /** Prefix of the parts: `validation`, `improve`. */
  readonly label: string;
}

/** û of an improver. The same text asked for again in one trial is not measured again. */
export const metaUtility = (options: MetaUtilityOptions): UtilityFunction => ({
  description: describeMetaUtility(options),
  score: async (improver, signal) => summary(await downstreamRuns(improver, options, signal)),
});

/** All downstream runs of an improver: of the first task every copy, then of the next. */
export async function downstreamRuns(
  improver: string,
  { problems, copies, parts, label, runDownstream }: MetaUtilityOptions,
  signal: AbortSignal,
): Promise<DownstreamPart[]> {
  const name = `${label}/${sha256(improver).slice(0, 16)}`;
  const begun = new Map<string, number>();
  const runs = problems.flatMap((problem) =>
    Array.from({ length: copies }, () => {
      // A task that is named twice has as many more copies.
      const copy = begun.get(problem.name) ?? 0;
      begun.set(problem.name, copy + 1);
      const part = `${name}/${problem.name}-${copy}`;
      return parts.once<DownstreamPart>(part, async () => {
        const { flags, measured, solution, ...run } = await runDownstream(improver, problem, { label: part, signal });
        return { task: problem.name, ...run, flags: [...flags], measured: { ...measured }, solution: sha256(solution) };
      });
    }),
  );
  return settledAll(runs);
}

/** Rejects with the first failure, but not before every run has ended. */
export async function settledAll<T>(runs: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(runs);
  return Promise.all(runs);
}

export function summary(runs: readonly DownstreamPart[]): UtilityResult {
  const failures = runs.filter(({ failure }) => failure !== "");
  return {
    score: mean(runs.map(({ score }) => score)),
    reason: failures.length === 0 ? "" : `${failures.length} of ${runs.length} runs failed: ${failures[0]?.failure}`,
    flags: [...new Set(runs.flatMap(({ flags }) => flags))].sort(),
    parts: runs.map(({ score }) => score),
  };
}

/** What an improver of improvers is told. */
export const describeMetaUtility = ({
  problems,
  copies,
  budget,
}: Pick<MetaUtilityOptions, "copies" | "budget"> & { readonly problems: readonly unknown[] }): string =>
  `// The score of an improver: the mean utility of the solutions that it returns for ${problems.length * copies} downstream tasks,
// each with a utility between 0 and 1. The tasks differ, and are not shown: an improver must be general.
export async function metaUtility(improverSource: string): Promise<number> {
  const { improve } = await load(improverSource); // alone in a sandbox; its only import is "strop/improver"
  const scores: number[] = [];
  for (const task of downstreamTasks) {
    const utility = task.limitedUtility({ budget: ${budget.utilityCalls} }); // calls; one more is refused
    const languageModel = limitedModel({ budget: ${budget.modelCalls}, maxResponsesPerCall: ${budget.responsesPerCall} });
    const solution = await improve(task.seedSolution, utility, languageModel);
    scores.push(await task.utility(solution)); // 0 for an improver that throws, runs too long or returns no text
  }
  return mean(scores);
}
`;
