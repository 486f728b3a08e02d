/** The two kinds of work of a recursion, wired to what does them: improvers in the sandbox, utilities, the gateway. */
import { sha256 } from "../../core/candidate.ts";
import { bundleModule } from "../../sandbox/bundle.ts";
import type { UtilityFunction } from "../../core/utility.ts";
import { StropError } from "../../core/errors.ts";
import { createGate } from "../../improve/gate.ts";
import { runImprover } from "../../improve/run-improver.ts";
import type { ImproverBudget, ImproverLimits, ImproverResult } from "../../improve/types.ts";
import type { ModelGateway } from "../../models/types.ts";
import { stropPackages } from "../../sandbox/packages.ts";
import type { Sandbox } from "../../sandbox/types.ts";
import { gatewayModel } from "./gateway-model.ts";
import { lambdaObjective } from "./lambda-objective.ts";
import { metaUtility } from "./meta-utility.ts";
import type { DownstreamProblem, MetaUtilityOptions, RunDownstream } from "./meta-utility.ts";
import type { RecursionOptions } from "./recursion.ts";
import type { RecursionSettings } from "./settings.ts";

export interface ImproverRunsOptions {
  readonly settings: RecursionSettings;
  readonly problems: Readonly<Record<"validation" | "test", readonly DownstreamProblem[]>>;
  readonly gateway: ModelGateway;
  readonly sandbox: Sandbox;
  readonly limits?: Partial<ImproverLimits> | undefined;
  /** Downstream runs at a time. */
  readonly parallel: number;
}

/** `measure` and `improve` of a recursion. */
export function improverRuns(options: ImproverRunsOptions): Pick<RecursionOptions, "measure" | "improve"> {
  const { settings, problems, sandbox, limits } = options;
  const gate = createGate(options.parallel);

  const run = (improver: string, solution: string, how: Run): Promise<ImproverResult> =>
    runImprover({
      source: improver,
      solution,
      utility: how.utility,
      model: gatewayModel({ gateway: options.gateway, models: settings.models, label: how.label }),
      budget: how.budget,
      sandbox,
      signal: how.signal,
      seed: `${settings.seed}/${how.label}`,
      concurrency: how.concurrency,
      ...(limits === undefined ? {} : { limits }),
    });

  const runDownstream =
    (trial: number): RunDownstream =>
    async (improver, problem, { label, signal }) => {
      const { utility } = problem;
      const place = `trial-${trial}/${label}`;
      const result = await run(improver, problem.seedSolution, {
        utility,
        budget: settings.downstream,
        label: place,
        signal,
        concurrency: 1,
      });
      const { score, flags } = await scoreOnce(utility, result, signal);
      const all = [...new Set([...result.flags, ...flags])].sort();
      return { score, solution: result.solution, failure: result.failure, flags: all };
    };

  const metaOptions = (trial: number): Pick<MetaUtilityOptions, "copies" | "budget" | "runDownstream"> => ({
    copies: settings.copies,
    budget: settings.downstream,
    runDownstream: (improver, problem, how) => gate.pass(() => runDownstream(trial)(improver, problem, how)),
  });

  return {
    measure: (improver, { split, parts, trial, signal }) =>
      metaUtility({ ...metaOptions(trial), problems: problems[split], parts, label: split }).score(improver, signal),

    async improve({ worker, target }, { parts, trial, signal }) {
      const base = metaUtility({ ...metaOptions(trial), problems: problems.validation, parts, label: "improve" });
      const budget = settings.meta;
      const applyToItself = async (improver: string, utility: UtilityFunction, how: Pick<Run, "label" | "signal">) =>
        (
          await run(improver, improver, {
            ...how,
            label: `trial-${trial}/${how.label}`,
            utility,
            budget,
            concurrency: 1,
          })
        ).solution;
      const { lambda, seed } = settings;
      const objective =
        lambda === null ? base : lambdaObjective({ lambda, seed, metaUtility: base, applyToItself, label: "improve" });
      const label = `trial-${trial}/improve`;
      const result = await run(worker, target, { utility: objective, budget, label, signal, concurrency: 1 });
      const problem = result.failure === "" ? await loadProblem(result.solution) : "";
      return {
        solution: problem === "" ? result.solution : target,
        failure: result.failure === "" ? problem : result.failure,
        flags: result.flags,
        utilityCalls: result.evaluations.length,
        modelCalls: result.modelCalls.length,
      };
    },
  };
}

interface Run {
  readonly utility: UtilityFunction;
  readonly budget: ImproverBudget;
  readonly label: string;
  readonly signal: AbortSignal;
  readonly concurrency: number;
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

/** Why an improver's text does not load; "" when it does. A next improver that cannot start is no improver. */
async function loadProblem(source: string): Promise<string> {
  try {
    await bundleModule({
      entry: "improver.ts",
      files: { "improver.ts": source },
      packages: { "strop/improver": stropPackages["strop/improver"] as string },
    });
    return "";
  } catch (thrown) {
    if (!(thrown instanceof StropError)) throw thrown;
    return `the returned improver does not load: ${thrown.message.slice(0, 200)}`;
  }
}
