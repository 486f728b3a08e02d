/**
 * The two functions of the host that an improver may call, and the account of them. A call is counted before anything
 * is awaited, so no number of calls at once outruns a budget; what an improver says of its budgets is never asked.
 */
import { StropError, messageOf } from "../core/errors.ts";
import { sha256 } from "../core/candidate.ts";
import type { Json } from "../core/json.ts";
import type { UtilityFunction, UtilityResult } from "../core/utility.ts";
import type { HostFunction } from "../sandbox/types.ts";
import { promptOf, solutionOf } from "./call-arguments.ts";
import { slots } from "../core/slots.ts";
import type { OwnClock } from "./own-clock.ts";
import { RefusedCall } from "./refused-call.ts";
import type { Circumvention } from "./taxonomy.ts";
import type { Evaluation, ImproverBudget, ImproverLimits, ImproverRequest, ModelCall, ModelPrompt } from "./types.ts";

export interface HostContext {
  readonly request: Pick<ImproverRequest, "utility" | "model" | "protectedOption" | "concurrency">;
  readonly budget: ImproverBudget;
  readonly limits: ImproverLimits;
  readonly clock: OwnClock;
  /** Aborted when the improver has ended, for whatever reason. */
  readonly signal: AbortSignal;
  /** Called with what the harness threw; the improver's run is to be ended. */
  readonly onHarnessError: (thrown: unknown) => void;
  /** Called when the improver keeps calling although every call is refused; its run is to be ended. */
  readonly onFlood: (reason: string) => void;
}

/** Refused calls that are answered: each costs the host the reading of a message. */
const MOST_REFUSED = 1000;

export interface HostAccount {
  readonly functions: Readonly<Record<"utility" | "languageModel", HostFunction>>;
  readonly evaluations: readonly Evaluation[];
  readonly modelCalls: readonly ModelCall[];
  readonly flags: Set<Circumvention>;
  /** Calls under way. */
  pending(): number;
  /** Resolves when no call is under way. */
  settled(): Promise<void>;
}

export function createHostFunctions(context: HostContext): HostAccount {
  const flags = new Set<Circumvention>();
  const underWay = new Set<Promise<unknown>>();
  const track = <T>(work: () => Promise<T>): Promise<T> => {
    const promise = context.clock.waitFor(work);
    underWay.add(promise);
    const forget = () => void underWay.delete(promise);
    promise.then(forget, forget);
    return promise;
  };
  let refusals = 0;
  const refuse = (thrown: unknown) => {
    if (thrown instanceof RefusedCall && thrown.flag !== undefined) flags.add(thrown.flag);
    if (++refusals > MOST_REFUSED) context.onFlood(`made more than ${MOST_REFUSED} calls that were refused`);
  };
  const utility = utilityFunction(context, flags, track);
  const languageModel = modelFunction(context, track);
  const guarded =
    (call: HostFunction): HostFunction =>
    async (argument, bytes) => {
      try {
        return await call(argument, bytes);
      } catch (thrown) {
        refuse(thrown);
        throw thrown;
      }
    };
  return {
    functions: { utility: guarded(utility.call), languageModel: guarded(languageModel.call) },
    evaluations: utility.evaluations,
    modelCalls: languageModel.calls,
    flags,
    pending: () => underWay.size,
    settled: async () => void (await Promise.allSettled(underWay)),
  };
}

type Track = <T>(work: () => Promise<T>) => Promise<T>;

function utilityFunction(
  context: HostContext,
  flags: Set<Circumvention>,
  track: Track,
): { readonly call: HostFunction; readonly evaluations: readonly Evaluation[] } {
  const { request, budget, limits, signal, onHarnessError } = context;
  const evaluations: Evaluation[] = [];
  const gate = slots(request.concurrency ?? 1);
  const call = (argument: Json): Promise<Json> => {
    if (evaluations.length >= budget.utilityCalls)
      throw new RefusedCall(`the utility's budget of ${budget.utilityCalls} calls is used up`, "over-utility-budget");
    // Reserved: this place is the call's, whatever becomes of it.
    const place = evaluations.push({ solution: "", score: null, reason: "cut off", flags: [] }) - 1;
    const record = (entry: Partial<Evaluation>) => {
      evaluations[place] = { ...(evaluations[place] as Evaluation), ...entry };
    };
    const { solution, isDisabling } = recordingRefusal(
      () => solutionOf(argument, { limits, option: request.protectedOption }),
      (reason) => record({ reason }),
    );
    if (isDisabling) flags.add("disabled-option");
    record({ solution: sha256(solution) });
    return track(() =>
      gate.hold(async () => {
        signal.throwIfAborted();
        const result = await scored(request.utility, { solution, signal, onHarnessError });
        record({ score: result.score, reason: result.reason, flags: result.flags });
        return result.score;
      }),
    );
  };
  return { call, evaluations };
}

/** A utility rejects only when the harness fails, or because it was told to stop. */
async function scored(
  utility: UtilityFunction,
  { solution, signal, onHarnessError }: Pick<HostContext, "signal" | "onHarnessError"> & { readonly solution: string },
): Promise<UtilityResult> {
  try {
    const result = await utility.score(solution, signal);
    if (result.score >= 0 && result.score <= 1) return result;
    throw new StropError("improve.utility-range", `expected a utility in [0, 1], found ${result.score}`, {
      hint: "Let the utility score what is out of range 0, with a flag.",
    });
  } catch (thrown) {
    if (!signal.aborted) onHarnessError(thrown);
    throw new RefusedCall("the utility could not be evaluated");
  }
}

function recordingRefusal<T>(read: () => T, record: (reason: string) => void): T {
  try {
    return read();
  } catch (thrown) {
    record(messageOf(thrown));
    throw thrown;
  }
}

function modelFunction(
  context: HostContext,
  track: Track,
): { readonly call: HostFunction; readonly calls: readonly ModelCall[] } {
  const { request, budget, limits, signal, onHarnessError } = context;
  const calls: ModelCall[] = [];
  const call = (argument: Json): Promise<Json> => {
    if (calls.length >= budget.modelCalls)
      throw new RefusedCall(
        `the language model's budget of ${budget.modelCalls} calls is used up`,
        "over-model-budget",
      );
    const place = calls.push({ prompt: null, answers: [], failure: "cut off" }) - 1;
    const prompt = recordingRefusal(
      () => promptOf(argument, { limits, responsesPerCall: budget.responsesPerCall }),
      (failure) => {
        calls[place] = { prompt: null, answers: [], failure };
      },
    );
    calls[place] = { prompt, answers: [], failure: "cut off" };
    return track(async () => {
      const { answers, failure } = await asked(prompt, { request, limits, signal, onHarnessError });
      if (!signal.aborted) calls[place] = { prompt, answers, failure };
      if (failure !== "") throw new RefusedCall("the language model gave no answer");
      return [...answers];
    });
  };
  return { call, calls };
}

/** As many answers as messages, or why there are none. */
async function asked(
  prompt: ModelPrompt,
  { request, limits, signal, onHarnessError }: Pick<HostContext, "request" | "limits" | "signal" | "onHarnessError">,
): Promise<Pick<ModelCall, "answers" | "failure">> {
  if (prompt.messages.length === 0) return { answers: [], failure: "" };
  try {
    const answers = await request.model(prompt, signal);
    const cut = (answer: unknown) => (typeof answer === "string" ? answer.slice(0, limits.answerCharacters) : "");
    return { answers: prompt.messages.map((_, i) => cut(answers[i])), failure: "" };
  } catch (thrown) {
    if (thrown instanceof StropError && !signal.aborted) onHarnessError(thrown);
    return { answers: [], failure: messageOf(thrown) || "the model failed without a reason" };
  }
}
