/** The two kinds of work of a recursion, wired to what does them: improvers in the sandbox, utilities, the gateway. */
import { sha256 } from "../../core/candidate.ts";
import type { UtilityFunction } from "../../core/utility.ts";
import { slots } from "../../core/slots.ts";
import { runImprover } from "../../improve/run-improver.ts";
import type { ImproverBudget, ImproverLimits, ImproverResult } from "../../improve/types.ts";
import type { ModelGateway } from "../../models/types.ts";
import { bundleCandidate } from "../../sandbox/deno/bundle.ts";
import { stropPackages } from "../../sandbox/deno/packages.ts";
import type { Sandbox } from "../../sandbox/types.ts";
import { gatewayModel } from "./gateway-model.ts";
import { lambdaObjective } from "./lambda-objective.ts";
import {
  type DownstreamProblem,
  type DownstreamRun,
  downstreamRuns,
  metaUtility,
  type MetaUtilityOptions,
} from "./meta-utility.ts";
import type { ImprovementStep, RecursionOptions } from "./recursion.ts";
import { copiesAgain, type RecursionSettings } from "./settings.ts";

export interface ImproverRunsOptions {
  readonly settings: RecursionSettings;
  readonly problems: readonly TestedProblem[];
  readonly gateway: ModelGateway;
  readonly sandbox: Sandbox;
  readonly limits?: Partial<ImproverLimits> | undefined;
  /** Downstream runs at a time. */
  readonly parallel: number;
}

/** A task with the utility on instances that no improver gets to measure on. */
export interface TestedProblem extends DownstreamProblem {
  readonly test: UtilityFunction;
}

/** One run of an improver: on what, with what. */
interface Job {
  readonly improver: string;
  readonly solution: string;
  readonly utility: UtilityFunction;
  readonly budget: ImproverBudget;
  /** `trial-2/improve` */
  readonly label: string;
  readonly signal: AbortSignal;
}

type Run = (job: Job) => Promise<ImproverResult>;

/** `measure`, `measureAgain` and `improve` of a recursion. */
export function improverRuns(
  options: ImproverRunsOptions,
): Required<Pick<RecursionOptions, "measure" | "measureAgain" | "improve">> {
  const { settings, problems } = options;
  const run = runner(options);
  const gate = slots(options.parallel);
  const over = (trial: number, withTest: boolean): Omit<MetaUtilityOptions, "parts" | "label"> => ({
    problems,
    copies: settings.copies,
    budget: settings.downstream,
    runDownstream: (improver, problem, { label, signal }) =>
      gate.hold(() => {
        const test = withTest ? problems.find(({ name }) => name === problem.name)?.test : undefined;
        const job = { ...jobOf(improver, trial, label), budget: settings.downstream, signal };
        return downstreamRun(run, { ...job, problem, test });
      }),
  });
  const jobOf = (improver: string, trial: number, label: string) => ({ improver, label: `trial-${trial}/${label}` });
  return {
    measure: (improver, { parts, trial, signal }) =>
      downstreamRuns(improver, { ...over(trial, settings.test), parts, label: "validation" }, signal),
    measureAgain: (improver, { parts, trial, signal }) => {
      const again = { ...over(trial, true), copies: copiesAgain(settings), parts, label: "again" };
      return downstreamRuns(improver, again, signal);
    },
    async improve({ worker, target }, { parts, trial, signal }) {
      const base = metaUtility({ ...over(trial, false), parts, label: "improve" });
      const utility = objectiveOf(base, { settings, run, trial });
      const budget = settings.meta;
      return stepOf(
        await run({ ...jobOf(worker, trial, "improve"), solution: target, utility, budget, signal }),
        target,
      );
    },
  };
}

const runner =
  ({ settings, gateway, sandbox, limits = {} }: ImproverRunsOptions): Run =>
  ({ improver, label, ...job }) =>
    runImprover({
      ...job,
      source: improver,
      model: gatewayModel({ gateway, models: settings.models, label }),
      limits,
      sandbox,
      seed: `${settings.seed}/${label}`,
    });

/** û, or u^λ over it. */
function objectiveOf(
  base: UtilityFunction,
  { settings, run, trial }: { readonly settings: RecursionSettings; readonly run: Run; readonly trial: number },
): UtilityFunction {
  const { lambda, seed, meta: budget } = settings;
  if (lambda === null) return base;
  return lambdaObjective({
    lambda,
    seed,
    metaUtility: base,
    label: "improve",
    applyToItself: async (improver, utility, { label, signal }) => {
      const job = { improver, solution: improver, utility, budget, label: `trial-${trial}/${label}`, signal };
      return (await run(job)).solution;
    },
  });
}

interface DownstreamJob extends Omit<Job, "solution" | "utility"> {
  readonly problem: DownstreamProblem;
  readonly test: UtilityFunction | undefined;
}

/** I(u, s, L), and u of what came out: on the instances that the improver could measure on, and on those that it could not. */
async function downstreamRun(run: Run, { problem, test, ...job }: DownstreamJob): Promise<DownstreamRun> {
  const { utility, seedSolution } = problem;
  const result = await run({ ...job, solution: seedSolution, utility });
  const { solution, failure } = result;
  const measured = Object.fromEntries(
    result.evaluations.flatMap((evaluation) => evaluation.flags.map((flag) => [flag, evaluation.solution])),
  );
  const common = { solution, failure, measured };
  if (failure !== "") return { ...common, score: 0, test: test === undefined ? null : 0, flags: result.flags };
  const { score, flags } = await scoreOnce(utility, result, job.signal);
  const tested = await test?.score(solution, job.signal);
  const all = [...new Set([...result.flags, ...flags])].sort();
  return { ...common, score, test: tested?.score ?? null, flags: all };
}

/** The host's score of what was returned; a solution that the host has scored for the improver is not run again. */
async function scoreOnce(
  utility: UtilityFunction,
  { solution, evaluations }: ImproverResult,
  signal: AbortSignal,
): Promise<{ readonly score: number; readonly flags: readonly string[] }> {
  const name = sha256(solution);
  const known = evaluations.findLast((evaluation) => evaluation.solution === name && evaluation.score !== null);
  return known?.score == null ? utility.score(solution, signal) : { score: known.score, flags: known.flags };
}

async function stepOf(result: ImproverResult, target: string): Promise<ImprovementStep> {
  const problem = result.failure === "" ? await loadProblem(result.solution) : result.failure;
  return {
    solution: problem === "" ? result.solution : target,
    failure: problem,
    flags: result.flags,
    utilityCalls: result.evaluations.length,
    modelCalls: result.modelCalls.length,
  };
}

/** Why an improver's text does not load; "" when it does. A next improver that cannot start is no improver. */
async function loadProblem(source: string): Promise<string> {
  const packages = { "strop/improver": stropPackages["strop/improver"] as string };
  const bundle = await bundleCandidate({ entry: "improver.ts", files: { "improver.ts": source }, packages });
  return "problem" in bundle ? `the returned improver does not load: ${bundle.problem.slice(0, 200)}` : "";
}
