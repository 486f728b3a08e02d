/**
 * A downstream task as a utility (STOP §3): the text of a solution in, its mean score over the instances of a split
 * out. The solution runs in the sandbox and learns nothing but the arguments of one instance at a time.
 */
import { StropError } from "../core/errors.ts";
import { createRandom } from "../core/numerics/random.ts";
import { mean } from "../core/numerics/stats.ts";
import type { UtilityFunction, UtilityResult } from "../core/utility.ts";
import { bundleCandidate } from "../sandbox/deno/bundle.ts";
import type { Sandbox } from "../sandbox/types.ts";
import type { Calibration } from "./calibrate.ts";
import { ENTRY_PATH, harnessFiles } from "./harness.ts";
import { givenUp, runSolution, type Answered, type Loss, type SolutionRun } from "./run-solution.ts";
import type { DownstreamTask, Split } from "./types.ts";

export interface TaskUtilityOptions {
  readonly task: DownstreamTask;
  readonly split: Split;
  readonly seed: number | string;
  /** Give it a spare (`spares: 1`): every call starts a process, and one more per instance that a solution is stuck on. */
  readonly sandbox: Sandbox;
  readonly calibration: Calibration;
  readonly limits?: Partial<SolutionLimits>;
}

export interface SolutionLimits {
  readonly memoryBytes: number;
  /** Reference seconds for loading, before the first instance. */
  readonly startupSeconds: number;
  /**
   * Reference seconds that a solution may lose by ending its process (stuck, crashed, out of memory), each instance
   * charged with its limit; what is left after that is lost too.
   */
  readonly lostSeconds: number;
  /** As many stuck instances before any other answer, and the solution is given up. */
  readonly hopeless: number;
}

export interface TaskResult extends UtilityResult {
  /** How many instances were lost, by cause. */
  readonly losses: Readonly<Partial<Record<Loss, number>>>;
  /** What was wrong, a few different sentences. */
  readonly problems: readonly string[];
  /** As charged, in reference seconds, by instance. */
  readonly seconds: readonly number[];
  /** Seconds of this machine per reference second. */
  readonly factor: number;
}

export interface TaskUtility extends UtilityFunction {
  score(solution: string, signal: AbortSignal): Promise<TaskResult>;
}

const LIMITS: SolutionLimits = { memoryBytes: 512 * 1024 * 1024, startupSeconds: 5, lostSeconds: 10, hopeless: 3 };
const SHOWN_PROBLEMS = 5;

/** One solution at a time: programs that watch the clock would otherwise take it from each other. */
export function taskUtility(options: TaskUtilityOptions): TaskUtility {
  const { task, split, seed } = options;
  const instances = task.instances(split, seed);
  const random = createRandom(seed).fork("solution");
  const seeds = instances.map(() => random.integer(2 ** 32));
  let queue: Promise<unknown> = Promise.resolve();
  const scoreNow = async (solution: string, signal: AbortSignal): Promise<TaskResult> => {
    signal.throwIfAborted();
    const { sandbox, calibration } = options;
    const { factor } = calibration;
    // A text that is no module is a bad solution.
    const bundle = await bundleCandidate({ entry: ENTRY_PATH, files: harnessFiles(solution, factor), packages: {} });
    if ("problem" in bundle) return failed(bundle.problem, { factor, count: instances.length });
    const { source } = bundle;
    const { limitSeconds } = task;
    const limits = { ...LIMITS, ...options.limits };
    const run: SolutionRun = { sandbox, instances, seeds, limitSeconds, factor, signal, source, ...limits };
    return runAll(run, { task, limits });
  };
  return Object.freeze({
    description: task.description,
    score(solution: string, signal: AbortSignal): Promise<TaskResult> {
      const result = queue.then(() => scoreNow(solution, signal));
      queue = result.catch(() => undefined);
      return result;
    },
  });
}

interface Judging {
  readonly task: DownstreamTask;
  readonly limits: SolutionLimits;
}

/** Process after process, until every instance is answered or given up. */
async function runAll(run: SolutionRun, judging: Judging): Promise<TaskResult> {
  const answered: Answered[] = [];
  const count = run.instances.length;
  while (answered.length < count) {
    if (isGivenUp(answered, judging)) {
      answered.push(givenUp());
      continue;
    }
    const sitting = await runSolution(run, answered.length);
    run.signal.throwIfAborted();
    if (sitting.loadFailure !== undefined && answered.length === 0) {
      if (/^(could not be started|aborted)/.test(sitting.loadFailure)) throw sandboxFailed(sitting.loadFailure);
      return failed(sitting.loadFailure, { factor: run.factor, count });
    }
    // It loaded before; whatever made it fail to load now may cost one instance, not all that are left.
    answered.push(...(sitting.loadFailure === undefined ? sitting.answered : [givenUp()]));
  }
  return summary(answered, run.factor, judging.task);
}

function isGivenUp(answered: readonly Answered[], { task, limits }: Judging): boolean {
  const ended = answered.filter(({ loss }) => endsProcess(loss)).length;
  const isHopeless = ended >= limits.hopeless && ended === answered.length;
  return isHopeless || ended * task.limitSeconds > limits.lostSeconds;
}

const endsProcess = (loss: Loss | undefined): boolean => loss !== undefined && loss !== "threw";

const sandboxFailed = (reason: string): StropError =>
  new StropError("downstream.no-process", `the sandbox did not start a solution: ${reason}`, {
    hint: "Run strop doctor.",
  });

/** u(⊥) = 0. */
const failed = (reason: string, { factor, count }: { factor: number; count: number }): TaskResult => ({
  score: 0,
  reason: reason.split("\n", 1)[0] ?? "",
  flags: [],
  parts: Array.from({ length: count }, () => 0),
  losses: {},
  problems: [reason],
  seconds: Array.from({ length: count }, () => 0),
  factor,
});

function summary(answered: readonly Answered[], factor: number, task: DownstreamTask): TaskResult {
  const parts = answered.map(({ mark }) => mark?.score ?? task.failureScore);
  const flags = answered.flatMap(({ mark, loss }) => mark?.flag ?? (loss === "protocol" ? [loss] : []));
  const problems = [...new Set(answered.flatMap(({ problem }) => (problem === "" ? [] : [problem])))];
  const losses: Partial<Record<Loss, number>> = {};
  for (const { loss } of answered) if (loss !== undefined) losses[loss] = (losses[loss] ?? 0) + 1;
  const isLost = answered.every(({ mark }) => mark === undefined || mark.flag !== undefined);
  return {
    score: mean(parts),
    reason: isLost ? `no instance of ${answered.length} has a valid answer: ${problems[0] ?? ""}` : "",
    flags: [...new Set(flags)].sort(),
    parts,
    losses,
    problems: problems.slice(0, SHOWN_PROBLEMS),
    seconds: answered.map(({ seconds }) => seconds),
    factor,
  };
}
