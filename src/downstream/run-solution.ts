/**
 * One process of a solution: gives it instance after instance, each only after the answer to the one before, times and
 * judges the answers on the host, and ends the process at the first instance that it is stuck on. A program that calls
 * out of turn, often or at once only gives answers, mostly wrong ones.
 */
import { messageOf } from "../core/errors.ts";
import { fieldsOf, type Json } from "../core/json.ts";
import { reported } from "../core/printable.ts";
import { parseHostile } from "../sandbox/deno/frames.ts";
import type { JobResult, Limits, Sandbox } from "../sandbox/types.ts";
import { createAnswerClock } from "./answer-clock.ts";
import type { Mark, TaskInstance } from "./types.ts";

/** Why an instance brought nothing, if not for a wrong answer. */
export type Loss = "late" | "threw" | "crashed" | "memory" | "output" | "protocol" | "given-up";

/** What became of one instance. */
export interface Answered {
  readonly mark: Mark | undefined;
  readonly loss: Loss | undefined;
  /** One sentence; "" when the answer has the right shape. */
  readonly problem: string;
  /** As charged, in reference seconds. */
  readonly seconds: number;
}

export interface SolutionRun {
  readonly sandbox: Sandbox;
  /** Bundled harness and solution. */
  readonly source: string;
  readonly instances: readonly TaskInstance[];
  /** One seed for Math.random per instance. */
  readonly seeds: readonly number[];
  /** Reference seconds. */
  readonly limitSeconds: number;
  readonly startupSeconds: number;
  /** Seconds here per reference second. */
  readonly factor: number;
  readonly memoryBytes: number;
  readonly signal: AbortSignal;
}

/** How a process ended: what it answered, and what it left undone. */
export interface Sitting {
  /** In order, from the first instance that it was given. */
  readonly answered: readonly Answered[];
  /** Why it could not be given any instance; undefined when it could. */
  readonly loadFailure: string | undefined;
}

const [OUTPUT_BYTES, DISK_BYTES] = [1024 * 1024, 1024 * 1024];

/** Runs the instances from `first` on, up to and including the first that ends the process. */
export async function runSolution(run: SolutionRun, first: number): Promise<Sitting> {
  const ending = new AbortController();
  const desk = createDesk(run, first, {
    cpuMs: () => execution.usage().cpuSeconds * 1000,
    leave: (why) => ending.abort(new Error(why)),
  });
  const execution = run.sandbox.module({
    source: run.source,
    input: null,
    blobs: {},
    functions: { start: desk.start, answer: desk.answer },
    limits: limitsOf(run.memoryBytes),
    signal: AbortSignal.any([run.signal, ending.signal]),
  });
  desk.open();
  // Nothing that a process does after its last answer counts; the sandbox sees to its end.
  return desk.close(await Promise.race([execution.result, desk.finished]));
}

/** Time is limited per instance, here. */
const limitsOf = (memoryBytes: number): Limits => ({
  wallSeconds: Infinity,
  memoryBytes,
  processes: 1,
  outputBytes: OUTPUT_BYTES,
  diskBytes: DISK_BYTES,
});

interface DeskOptions {
  readonly cpuMs: () => number;
  /** Ends the process. */
  readonly leave: (why: string) => void;
}

/** Where instances are handed out and answers taken in. */
function createDesk(run: SolutionRun, first: number, { cpuMs, leave }: DeskOptions) {
  const answered: Answered[] = [];
  let [hasStarted, isLate] = [false, false];
  const { promise: finished, resolve: finish } = Promise.withResolvers<undefined>();
  const clock = createAnswerClock({
    cpuMs,
    onLate() {
      isLate = true;
      leave("late");
    },
  });
  const give = (): Json => {
    const index = first + answered.length;
    const instance = run.instances[index];
    if (instance === undefined) {
      leave("all instances are answered");
      finish(undefined);
      return null;
    }
    clock.start(run.limitSeconds * run.factor * 1000);
    return { arguments: instance.arguments, seed: run.seeds[index] ?? 0 };
  };
  return {
    finished,
    /** Times the program's own loading. */
    open: () => clock.start(run.startupSeconds * run.factor * 1000),
    start(): Json {
      if (hasStarted) throw new Error("expected an answer, found another start");
      hasStarted = true;
      clock.stop();
      return give();
    },
    answer(reply: Json): Json {
      const instance = run.instances[first + answered.length];
      if (!hasStarted || instance === undefined) throw new Error("expected no answer now");
      const { chargedMs, isLate: cameLate } = clock.stop();
      const seconds = chargedMs / run.factor / 1000;
      answered.push(cameLate ? lost("late", lateness(run), seconds) : judged(instance, reply, seconds));
      return give();
    },
    /** `result`: how the process ended; undefined when it has answered everything. */
    close(result: JobResult | undefined): Sitting {
      const { chargedMs } = clock.stop();
      if (result === undefined) return { answered, loadFailure: undefined };
      if (!hasStarted) {
        const why = isLate ? `loaded for more than ${run.startupSeconds} reference seconds` : result.reason;
        return { answered, loadFailure: reported(why) || "ended before it asked for an instance" };
      }
      const last = isLate ? lost("late", lateness(run), chargedMs / run.factor / 1000) : broken(result);
      return { answered: [...answered, last], loadFailure: undefined };
    },
  };
}

const lost = (loss: Loss, problem: string, seconds = 0): Answered => ({
  mark: undefined,
  loss,
  problem: reported(problem),
  seconds,
});

export const givenUp = (): Answered => lost("given-up", "given up after too many instances that ended the process");

const lateness = ({ limitSeconds }: SolutionRun): string => `took longer than ${limitSeconds} reference seconds`;

function broken({ killed, reason }: JobResult): Answered {
  const isKnown = killed === "memory" || killed === "output" || killed === "protocol";
  return lost(isKnown ? killed : "crashed", reason || "ended without an answer");
}

function judged(instance: TaskInstance, reply: Json, seconds: number): Answered {
  const { answer, error } = fieldsOf(reply);
  if (typeof error === "string") return lost("threw", error, seconds);
  const mark = bounded(instance.judge(parsed(answer), seconds));
  return { mark, loss: undefined, problem: mark.problem ?? "", seconds };
}

/** The answer's text is hostile; what is not JSON counts as no answer. */
function parsed(text: Json | undefined): Json {
  if (typeof text !== "string") return null;
  try {
    return parseHostile(text);
  } catch (thrown) {
    return `(${messageOf(thrown)})`;
  }
}

/** A score outside of [0, 1] is worth nothing, whatever made it so (App. A). */
function bounded(mark: Mark): Mark {
  if (mark.score >= 0 && mark.score <= 1) return mark;
  const flag = Number.isNaN(mark.score) ? "not-a-number" : "out-of-range";
  return { score: 0, flag, problem: `expected a score from 0 to 1, found ${mark.score}` };
}
