/**
 * Runs one improver (STOP Alg. 1: I(u, s, L)): bundled from memory, alone in the sandbox, with two functions of the host.
 * A program that fails, cheats or never ends gives back the solution that it was given, with the reason and flags. Runs
 * nest: a utility may itself run improvers and sandboxes.
 */
import { StropError } from "../core/errors.ts";
import { sha256 } from "../core/candidate.ts";
import { reported } from "../core/printable.ts";
import { fieldsOf, type Json } from "../core/json.ts";
import { whileUsing } from "../core/while-using.ts";
import { bundleCandidate } from "../sandbox/deno/bundle.ts";
import { stropPackages } from "../sandbox/deno/packages.ts";
import type { Execution, JobResult, Limits } from "../sandbox/types.ts";
import { ADAPTER_PATH, improverFiles } from "./adapter.ts";
import { createHostFunctions, type HostAccount } from "./host-functions.ts";
import { startOwnClock } from "./own-clock.ts";
import { type Circumvention, CIRCUMVENTIONS } from "./taxonomy.ts";
import {
  DEFAULT_BUDGET,
  DEFAULT_LIMITS,
  type ImproverBudget,
  type ImproverLimits,
  type ImproverRequest,
  type ImproverResult,
} from "./types.ts";

/** The only module that an improver may import. */
const PACKAGES = { "strop/improver": stropPackages["strop/improver"] as string };
const CPU_POLL_MS = 100;

/**
 * Never rejects for what the improver does. Rejects with the signal's reason when it is aborted, with what the utility
 * rejected with, and with a StropError of the model; by then no call is under way. Throws StropError `improve.budget` for
 * a budget that is no count, `improve.utility-range` when the utility leaves [0, 1].
 */
export async function runImprover(request: ImproverRequest): Promise<ImproverResult> {
  request.signal.throwIfAborted();
  const startedAt = performance.now();
  const [budget, limits] = [budgetOf(request), { ...DEFAULT_LIMITS, ...request.limits }];
  const files = improverFiles(request.source);
  const bundle = await bundleCandidate({ entry: ADAPTER_PATH, files, packages: PACKAGES });
  if ("problem" in bundle) return neverRan(request, bundle.problem, startedAt);
  return whileUsing(superviseRun(request, limits), async (run) => {
    const account = createHostFunctions({
      request,
      budget,
      limits,
      clock: run.clock,
      signal: run.signal,
      onHarnessError: run.fail,
      onFlood: run.end,
    });
    const execution = request.sandbox.module({
      source: bundle.source,
      input: inputOf(request, budget),
      blobs: {},
      functions: account.functions,
      limits: sandboxLimits(limits),
      signal: run.signal,
    });
    run.attach(execution);
    const job = await execution.result;
    const ownSeconds = run.clock.seconds();
    if (account.pending() > 0 && job.value !== undefined) account.flags.add("unawaited-call");
    run.end("the improver has ended");
    await account.settled();
    run.rethrow();
    const ending = endingOf(job, { request, limits, reason: run.reason(), account });
    return {
      solution: ending.solution ?? request.solution,
      // The improver's own words, as a rule.
      failure: reported(ending.failure),
      flags: [...account.flags].sort(),
      evaluations: account.evaluations,
      modelCalls: account.modelCalls,
      wallSeconds: (performance.now() - startedAt) / 1000,
      ownSeconds,
      cpuSeconds: job.cpuSeconds,
      outputTail: job.outputTail,
    };
  });
}

function budgetOf(request: ImproverRequest): ImproverBudget {
  const budget = { ...DEFAULT_BUDGET, ...request.budget };
  for (const [name, least] of [
    ["utilityCalls", 0],
    ["modelCalls", 0],
    ["responsesPerCall", 1],
  ] as const) {
    if (Number.isSafeInteger(budget[name]) && budget[name] >= least) continue;
    throw new StropError(
      "improve.budget",
      `expected ${name} to be an integer of at least ${least}, found ${budget[name]}`,
    );
  }
  return budget;
}

const neverRan = (request: ImproverRequest, problem: string, startedAt: number): ImproverResult => ({
  solution: request.solution,
  failure: `the improver does not load: ${problem}`,
  flags: /cannot import "/.test(problem) ? ["refused-import"] : [],
  evaluations: [],
  modelCalls: [],
  wallSeconds: (performance.now() - startedAt) / 1000,
  ownSeconds: 0,
  cpuSeconds: 0,
  outputTail: "",
});

const inputOf = ({ solution, utility, seed = 0 }: ImproverRequest, budget: ImproverBudget): Json => ({
  solution,
  description: utility.description,
  seed: Number.parseInt(sha256(String(seed)).slice(0, 8), 16),
  ...budget,
});

/** The sandbox's own wall clock cannot stand still, so it is not used: the own clock ends what takes too long. */
const sandboxLimits = ({ memoryBytes, outputBytes }: ImproverLimits): Limits => ({
  wallSeconds: Number.POSITIVE_INFINITY,
  memoryBytes,
  processes: 32,
  outputBytes,
  diskBytes: 1024 * 1024,
});

/** The clock, the CPU meter and the one signal that ends an improver and whatever it is waiting for. */
function superviseRun({ signal: outer }: ImproverRequest, limits: ImproverLimits) {
  const controller = new AbortController();
  const signal = AbortSignal.any([outer, controller.signal]);
  let reason: string | undefined;
  let harnessError: { readonly thrown: unknown } | undefined;
  let meter: NodeJS.Timeout | undefined;
  const end = (why: string) => {
    reason ??= why;
    controller.abort(why);
  };
  const clock = startOwnClock(limits.wallSeconds, () => end(`used more than ${limits.wallSeconds} s of its own`));
  return {
    signal,
    clock,
    end,
    reason: () => reason,
    fail(thrown: unknown) {
      harnessError ??= { thrown };
      end("the harness failed");
    },
    attach(execution: Execution) {
      meter = setInterval(() => {
        if (execution.usage().cpuSeconds > limits.cpuSeconds) end(`used more than ${limits.cpuSeconds} s of CPU time`);
      }, CPU_POLL_MS);
    },
    rethrow() {
      if (harnessError !== undefined) throw harnessError.thrown;
      outer.throwIfAborted();
    },
    [Symbol.dispose]() {
      clock[Symbol.dispose]();
      clearInterval(meter);
    },
  };
}

interface EndingContext {
  readonly request: ImproverRequest;
  readonly limits: ImproverLimits;
  readonly reason: string | undefined;
  readonly account: HostAccount;
}

interface Ending {
  readonly solution?: string;
  readonly failure: string;
}

/** What a job's end means; everything in `value` is the improver's word. */
function endingOf(job: JobResult, { request, limits, reason, account }: EndingContext): Ending {
  if (job.killed === "protocol") account.flags.add("broken-protocol");
  if (job.value === undefined) return { failure: (job.killed === "aborted" ? reason : undefined) ?? job.reason };
  const value = fieldsOf(job.value);
  for (const name of Array.isArray(value["attempts"]) ? value["attempts"] : [])
    if (typeof name === "string" && Object.hasOwn(CIRCUMVENTIONS, name)) account.flags.add(name as Circumvention);
  if (typeof value["error"] === "string") return { failure: value["error"] || "threw something without a message" };
  const { solution } = value;
  const longest = Math.max(limits.solutionCharacters, request.solution.length);
  if (typeof solution === "string" && solution.length <= longest) return { solution, failure: "" };
  account.flags.add("malformed-result");
  const found =
    typeof solution === "string" ? `${solution.length} characters` : `type ${String(value["type"] ?? "unknown")}`;
  return { failure: `expected a solution of at most ${longest} characters, found ${found}` };
}
